import { readFileSync } from 'node:fs';
import { at, type Fields, fieldsOf, readTemplate, substitute, type Value } from '../../local/flow-runner/template.ts';
import { plainTemplate } from '../../scripts/release/plain-template.ts';
import { VERSION } from '../../src/version.ts';

export { at, type Fields, fieldsOf, type Value };
export type Parameters = Readonly<Record<string, string | number>>;

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
/** The template of a release: as AWS SAM translates template.yaml. */
export const template = readTemplate(plainTemplate(readFileSync('template.yaml', 'utf8'), ZIP), 'the release');
/** Every parameter's default, by the parameter's name. */
export const defaults: Fields = Object.fromEntries(
  Object.entries(fieldsOf(template['Parameters']))
    .filter(([, parameter]) => 'Default' in fieldsOf(parameter))
    .map(([name, parameter]) => [name, at(parameter, 'Default')]),
);

/**
 * The template as it is deployed with these parameters: every function evaluated, every condition decided. A resource
 * stands for itself: `!Ref Topic` comes to `Topic`, `!GetAtt Topic.Arn` to `Topic.Arn`.
 */
export function deployed(given?: Parameters): Record<'Resources' | 'Outputs', Fields> {
  const { evaluate, holds } = evaluator(given);
  const kept = (section: string): Fields => {
    const entries = Object.entries(fieldsOf(template[section]));
    const present = entries.filter(([, entry]) => holds(fieldsOf(entry)['Condition']));
    return fieldsOf(evaluate(Object.fromEntries(present)));
  };
  return { Resources: kept('Resources'), Outputs: kept('Outputs') };
}

export const properties = (resource: string, given?: Parameters): Fields =>
  fieldsOf(at(deployed(given).Resources, resource, 'Properties'));

/** The alarms' properties by the resources' names. */
export function alarmsOf(given?: Parameters): [name: string, alarm: Fields][] {
  const alarms = Object.entries(deployed(given).Resources).filter(
    ([, each]) => at(each, 'Type') === 'AWS::CloudWatch::Alarm',
  );
  return alarms.map(([name, alarm]) => [name, fieldsOf(at(alarm, 'Properties'))]);
}

/** Whether CloudFormation accepts these parameters by the template's `Rules`. */
export function rulesHold(given: Parameters): boolean {
  const { evaluate } = evaluator(given);
  return Object.values(fieldsOf(template['Rules'])).every(rule => {
    const { RuleCondition: condition = true, Assertions: assertions } = fieldsOf(rule);
    return evaluate(condition) !== true || listOf(assertions).every(each => evaluate(at(each, 'Assert')) === true);
  });
}

export function listOf(value: Value | undefined): Value[] {
  if (!Array.isArray(value)) throw new Error(`Not a list: ${JSON.stringify(value)}`);
  return value;
}

/** Evaluates functions with these parameters. `!Ref AWS::NoValue` comes to `undefined`: whatever holds it is left out. */
function evaluator(given: Parameters = {}) {
  const values: Record<string, Value> = { ...GIVEN, ...defaults, ...given };

  function evaluate(value: Value): Value | undefined {
    if (Array.isArray(value)) return value.map(evaluate).filter(item => item !== undefined);
    if (typeof value !== 'object') return value;
    const [[name, argument] = ['', '']] = Object.entries(value);
    if (Object.keys(value).length === 1 && (name === 'Ref' || name.startsWith('Fn::'))) return call(name, argument);
    const fields = Object.entries(value).map(([key, item]) => [key, evaluate(item)] as const);
    return Object.fromEntries(fields.filter(([, item]) => item !== undefined)) as Fields;
  }

  function call(name: string, argument: Value): Value | undefined {
    if (name === 'Ref') return ref(String(argument));
    const [first = '', second = '', third = ''] = Array.isArray(argument) ? argument : [argument, {}];
    if (name === 'Fn::Sub') return sub(String(first), fieldsOf(evaluate(second)));
    if (name === 'Fn::GetAtt') return `${String(ref(String(first)))}.${second}`;
    if (name === 'Fn::If') return evaluate(holds(first) ? second : third);
    if (name === 'Fn::Equals') return evaluate(first) === evaluate(second);
    if (name === 'Fn::Not') return evaluate(first) !== true;
    throw new Error(`The reader does not know ${name}.`);
  }

  function sub(text: string, variables: Fields): string {
    return substitute(text, name => {
      const [resource = '', ...attribute] = name.split('.');
      return [String(variables[name] ?? ref(resource)), ...attribute].join('.');
    });
  }

  function ref(name: string): Value | undefined {
    if (name === 'AWS::NoValue') return undefined;
    const value = values[name] ?? (name in fieldsOf(template['Resources']) ? name : undefined);
    if (value === undefined) throw new Error(`There is no parameter or resource ${name}, or it has no value.`);
    return value;
  }

  /** Whether a condition holds, by its name; what has none is always there. */
  function holds(condition: Value | undefined): boolean {
    return condition === undefined || evaluate(at(template, 'Conditions', String(condition))) === true;
  }

  return { evaluate, holds };
}
