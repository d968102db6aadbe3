/**
 * Reads template.yaml as CloudFormation does: as YAML 1.1 without anchors, with the short forms of the intrinsic
 * functions, and, for given parameters, without what a condition leaves out.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { parseDocument, type ScalarTag, visit, type YAMLMap, type YAMLSeq } from 'yaml';

export type Value = string | number | boolean | Value[] | Fields;
export type Fields = { [key: string]: Value };
export type Parameters = Readonly<Record<string, string | number>>;

const FUNCTIONS = ['Equals', 'GetAtt', 'If', 'Not', 'Ref', 'Sub'];

const SHORT_FORMS = FUNCTIONS.flatMap((name): (ScalarTag | Collection)[] => {
  const key = name === 'Ref' ? name : `Fn::${name}`;
  const tag = `!${name}`;
  return [
    // "!GetAtt Resource.Attribute" is the only short form that is no plain argument.
    { tag, resolve: (text: string) => ({ [key]: name === 'GetAtt' ? text.split(/\.(.*)/s, 2) : text }) },
    { tag, collection: 'seq', resolve: (list: YAMLMap | YAMLSeq) => ({ [key]: list.toJSON() }) },
  ];
});
type Collection = { tag: string; collection: 'seq'; resolve: (list: YAMLMap | YAMLSeq) => unknown };

const PSEUDO_PARAMETERS: Parameters = {
  'AWS::AccountId': '123456789012',
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-central-1',
  'AWS::StackName': 'persistent-chat',
};

/** What `!Ref AWS::NoValue` comes to: whatever holds it is left out. */
const NO_VALUE = Symbol('AWS::NoValue');

/** The template as it is written, functions in their long form. */
export function readTemplate(): Fields {
  const document = parseDocument(readFileSync('template.yaml', 'utf8'), { version: '1.1', customTags: SHORT_FORMS });
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) throw new Error(`template.yaml: ${problems.join('\n')}`);
  visit(document, {
    Alias: () => {
      throw new Error('template.yaml has a YAML alias, which CloudFormation does not know.');
    },
  });
  return fieldsOf(document.toJS());
}

/**
 * The template as it is deployed with these parameters: every function evaluated, every condition decided. A resource
 * stands for itself: `!Ref Topic` comes to `Topic`, `!GetAtt Topic.Arn` to `Topic.Arn`.
 */
export function deployed(given: Parameters): Fields {
  const template = readTemplate();
  const parameters: Record<string, string | number> = { ...PSEUDO_PARAMETERS };
  for (const [name, parameter] of Object.entries(fieldsOf(template['Parameters']))) {
    const value = given[name] ?? fieldsOf(parameter)['Default'];
    if (typeof value !== 'string' && typeof value !== 'number') throw new Error(`The parameter ${name} has no value.`);
    parameters[name] = value;
  }
  for (const [name, value] of Object.entries(given)) {
    if (!(name in parameters)) throw new Error(`There is no parameter ${name}.`);
    parameters[name] = value;
  }

  const { evaluate, holds } = evaluator(template, parameters);
  const kept = (section: Value | undefined): Fields =>
    Object.fromEntries(
      Object.entries(fieldsOf(section))
        .filter(([, entry]) => holds(fieldsOf(entry)['Condition']))
        .map(([name, entry]) => [name, evaluated(evaluate(entry))]),
    );
  return { Resources: kept(template['Resources']), Outputs: kept(template['Outputs']) };
}

/** Whether CloudFormation accepts these parameters by the template's `Rules`. */
export function rulesHold(given: Parameters): boolean {
  const template = readTemplate();
  const parameters = { ...defaultsOf(template), ...given };
  const { evaluate } = evaluator(template, parameters);
  return Object.values(fieldsOf(template['Rules'])).every(rule => {
    const { RuleCondition: condition = true, Assertions: assertions } = fieldsOf(rule);
    return (
      evaluate(condition) !== true || listOf(assertions).every(assertion => evaluate(at(assertion, 'Assert')) === true)
    );
  });
}

/** Every parameter's default, by the parameter's name. */
export function defaultsOf(template: Fields): Record<string, string | number> {
  const defaults: Record<string, string | number> = {};
  for (const [name, parameter] of Object.entries(fieldsOf(template['Parameters']))) {
    const value = fieldsOf(parameter)['Default'];
    if (typeof value === 'string' || typeof value === 'number') defaults[name] = value;
  }
  return defaults;
}

/** What stands at a path of keys; throws where there is nothing. */
export function at(value: Value | undefined, ...path: string[]): Value {
  let found = value;
  for (const key of path) found = fieldsOf(found)[key];
  if (found === undefined) throw new Error(`There is nothing at ${path.join('.')}.`);
  return found;
}

export function fieldsOf(value: Value | undefined): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`Not a mapping: ${JSON.stringify(value)}`);
  }
  return value;
}

export function listOf(value: Value | undefined): Value[] {
  if (!Array.isArray(value)) throw new Error(`Not a list: ${JSON.stringify(value)}`);
  return value;
}

export function textOf(value: Value | undefined): string {
  if (typeof value !== 'string') throw new Error(`Not a text: ${JSON.stringify(value)}`);
  return value;
}

type Evaluated = Value | typeof NO_VALUE;

function evaluated(value: Evaluated): Value {
  if (value === NO_VALUE) throw new Error('AWS::NoValue stands where something must be.');
  return value;
}

function evaluator(template: Fields, parameters: Readonly<Record<string, string | number>>) {
  function evaluate(value: Value): Evaluated {
    if (Array.isArray(value)) return value.map(evaluate).filter(item => item !== NO_VALUE);
    if (typeof value !== 'object') return value;
    const [first] = Object.entries(value);
    if (first && Object.keys(value).length === 1 && (first[0] === 'Ref' || first[0].startsWith('Fn::'))) {
      return call(first[0], first[1]);
    }
    const fields: Fields = {};
    for (const [key, item] of Object.entries(value)) {
      const result = evaluate(item);
      if (result !== NO_VALUE) fields[key] = result;
    }
    return fields;
  }

  function call(name: string, argument: Value): Evaluated {
    if (name === 'Ref') return ref(textOf(argument));
    if (name === 'Fn::Sub') return sub(textOf(argument));
    const [first = '', second = '', third = ''] = listOf(argument);
    if (name === 'Fn::GetAtt') return attribute(textOf(first), textOf(second));
    if (name === 'Fn::If') return evaluate(holds(first) ? second : third);
    if (name === 'Fn::Equals') return evaluate(first) === evaluate(second);
    if (name === 'Fn::Not') return evaluate(first) !== true;
    throw new Error(`The reader does not know ${name}.`);
  }

  function sub(text: string): string {
    return text.replace(/\$\{(?!!)([^}]+)\}/g, (_, name: string) => {
      const [resource = '', attributeName] = name.split(/\.(.*)/s, 2);
      return String(attributeName ? attribute(resource, attributeName) : ref(name));
    });
  }

  function ref(name: string): Evaluated {
    if (name === 'AWS::NoValue') return NO_VALUE;
    const value = parameters[name];
    if (value !== undefined) return value;
    if (name in fieldsOf(template['Resources'])) return name;
    throw new Error(`!Ref ${name}: there is no such parameter or resource.`);
  }

  function attribute(resource: string, name: string): string {
    if (!(resource in fieldsOf(template['Resources']))) throw new Error(`!GetAtt: there is no resource ${resource}.`);
    return `${resource}.${name}`;
  }

  /** Whether a condition holds, by its name; what has none is always there. */
  function holds(condition: Value | undefined): boolean {
    return condition === undefined || evaluate(at(template, 'Conditions', textOf(condition))) === true;
  }

  return { evaluate, holds };
}
