/**
 * Reads template.yaml as CloudFormation does: as YAML 1.1 without anchors, with the short forms of the intrinsic
 * functions.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseDocument, type ScalarTag, type YAMLMap, type YAMLSeq } from 'yaml';

export type Value = string | number | boolean | Value[] | Fields;
export type Fields = { [key: string]: Value };

/** The project's template. */
export const TEMPLATE = fileURLToPath(new URL('../../template.yaml', import.meta.url));

type Collection = { tag: string; collection: 'seq'; resolve: (list: YAMLMap | YAMLSeq) => unknown };
const SHORT_FORMS = ['Equals', 'GetAtt', 'If', 'Not', 'Ref', 'Sub'].flatMap((name): (ScalarTag | Collection)[] => {
  const key = name === 'Ref' ? name : `Fn::${name}`;
  const tag = `!${name}`;
  return [
    // "!GetAtt Resource.Attribute" is the only short form that is no plain argument.
    { tag, resolve: (text: string) => ({ [key]: name === 'GetAtt' ? text.split(/\.(.*)/s, 2) : text }) },
    { tag, collection: 'seq', resolve: (list: YAMLMap | YAMLSeq) => ({ [key]: list.toJSON() }) },
  ];
});

/** A template as it is written, functions in their long form. Default: the project's. */
export function readTemplate(text = readFileSync(TEMPLATE, 'utf8'), file = 'template.yaml'): Fields {
  const document = parseDocument(text, { version: '1.1', customTags: SHORT_FORMS });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw new Error(`${file} is no template: ${problem.message.split('\n')[0]}`);
  return fieldsOf(document.toJS({ maxAliasCount: 0 }));
}

/** The flow module's content and contract, as JSON. A resource's attribute stands for itself: `PersistentChatFunction.Arn`. */
export function moduleOf(template: Fields): { Content: string; Settings: string } {
  const properties = fieldsOf(at(template, 'Resources', 'PersistentChatFlowModule', 'Properties'));
  const json = (property: string) => {
    const text = Object(properties[property])['Fn::Sub'] ?? properties[property];
    if (typeof text !== 'string') throw new Error(`PersistentChatFlowModule: ${property} is no JSON text.`);
    return text === properties[property] ? text : substitute(text, name => name);
  };
  return { Content: json('Content'), Settings: json('Settings') };
}

/** The text of `Fn::Sub` with a value for each `${name}`; `${!name}` is the text `${name}`. */
export function substitute(text: string, resolve: (name: string) => string): string {
  return text.replace(/\$\{(!?)([^}]*)\}/g, (_, literal, name) => (literal ? `\${${name}}` : resolve(name)));
}

/** What stands at a path of keys; throws where there is nothing. */
export function at(value: Value | undefined, ...path: string[]): Value {
  let found = value;
  for (const key of path) found = Object.hasOwn(Object(found), key) ? (found as Fields)[key] : undefined;
  if (found === undefined) throw new Error(`There is nothing at ${path.join('.')}.`);
  return found;
}

export function fieldsOf(value: Value | undefined): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`Not a mapping: ${JSON.stringify(value)}`);
  }
  return value;
}
