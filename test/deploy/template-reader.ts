import { readFileSync } from 'node:fs';
import { type Fields, readTemplate, substitute, type Value } from '../../local/flow-runner/template.ts';
import { plainTemplate } from '../../scripts/release/plain-template.ts';
import { VERSION } from '../../src/version.ts';

export type Parameters = Readonly<Record<string, string | number>>;
type Properties = Record<string, unknown>;
type Entry = Properties & { Condition?: string; Properties: Properties; Value: unknown };
interface Parameter {
  Default?: string | number;
  Description: string;
  AllowedValues?: (string | number)[];
  AllowedPattern?: string;
  MinValue?: number;
  MaxValue?: number;
}
interface Template {
  Metadata: {
    'AWS::CloudFormation::Interface': { ParameterGroups: { Parameters: string[] }[]; ParameterLabels: Fields };
  };
  Parameters: Record<string, Parameter>;
  Rules: Record<string, { RuleCondition: Value; Assertions: { Assert: Value }[] }>;
  Conditions: Record<string, Value>;
  Resources: Record<string, Fields>;
  Outputs: Record<string, Fields>;
}

export const INSTANCE_ARN = 'arn:aws:connect:eu-central-1:123456789012:instance/12345678-abcd-4321-9876-0123456789ab';
export const WITH_STORE: Parameters = { SessionStore: 'ON', SourceContactCheck: 'OWNER_REQUIRED' };
/** The parameters without a default. */
const GIVEN: Parameters = {
  'AWS::AccountId': '123456789012',
  'AWS::Region': 'eu-central-1',
  'AWS::StackName': 'persistent-chat',
  InstanceArn: INSTANCE_ARN,
  CodeBucket: 'bucket',
  CodeKey: 'code.zip',
};

export const ZIP = `persistent-chat-${VERSION}.zip`;
const plain = plainTemplate(readFileSync('template.yaml', 'utf8'), ZIP);
/** The template of a release: as AWS SAM translates template.yaml. */
export const template = readTemplate(plain, 'the release') as unknown as Template;

/**
 * Resources or outputs as they are deployed with these parameters: every function evaluated, every condition decided. A
 * resource stands for itself: `!Ref Topic` comes to `Topic`, `!GetAtt Topic.Arn` to `Topic.Arn`.
 */
export function deployed(section: 'Resources' | 'Outputs', given?: Parameters): Record<string, Entry> {
  const { evaluate, holds } = evaluator(given);
  const present = Object.entries(template[section]).filter(([, { Condition }]) => holds(Condition));
  return evaluate(Object.fromEntries(present)) as Record<string, Entry>;
}

export function properties(resource: string, given?: Parameters): Properties {
  return deployed('Resources', given)[resource]?.Properties ?? {};
}

/** Whether CloudFormation accepts these parameters by the template's `Rules`. */
export function rulesHold(given: Parameters): boolean {
  const { evaluate } = evaluator(given);
  return Object.values(template.Rules).every(
    ({ RuleCondition, Assertions }) => !evaluate(RuleCondition) || Assertions.every(({ Assert }) => evaluate(Assert)),
  );
}

/** Evaluates functions with these parameters. `!Ref AWS::NoValue` comes to `undefined`: whatever holds it is left out. */
function evaluator(given: Parameters = {}) {
  const defaults = Object.entries(template.Parameters).map(([name, { Default }]) => [name, Default]);
  const values: Parameters = { ...Object.fromEntries(defaults), ...GIVEN, ...given };
  const ref = (name: unknown) =>
    values[String(name)] ?? (String(name) in template.Resources ? String(name) : undefined);
  const functions: Record<string, (...given: (Value | undefined)[]) => unknown> = {
    Ref: ref,
    'Fn::GetAtt': (name, attribute) => `${ref(name)}.${attribute}`,
    'Fn::If': (condition, yes, no) => evaluate(holds(condition) ? yes : no),
    'Fn::Equals': (one, other) => evaluate(one) === evaluate(other),
    'Fn::Not': value => !evaluate(value),
    'Fn::Sub': (text, variables = {}) => {
      const own = Object(evaluate(variables));
      return substitute(String(text), name => {
        const [resource, ...attribute] = name.split('.');
        return [own[name] ?? ref(resource), ...attribute].join('.');
      });
    },
  };

  function evaluate(value: Value | undefined): unknown {
    if (Array.isArray(value)) return value.map(evaluate).filter(item => item !== undefined);
    if (typeof value !== 'object') return value;
    const fields = Object.entries(value);
    const [[name, argument] = ['', '']] = fields;
    const call = fields.length === 1 && functions[name];
    if (call) return call(...(Array.isArray(argument) ? argument : [argument]));
    const evaluated = fields.map(([key, item]) => [key, evaluate(item)]);
    return Object.fromEntries(evaluated.filter(([, item]) => item !== undefined));
  }

  /** Whether a condition holds, by its name; what has none is always there. */
  function holds(condition: unknown): boolean {
    return condition === undefined || evaluate(template.Conditions[String(condition)]) === true;
  }

  return { evaluate, holds };
}
