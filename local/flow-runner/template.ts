/**
 * Reads template.yaml as CloudFormation does: as YAML 1.1 without anchors, with the short forms of the intrinsic
 * functions.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { parseDocument, type ScalarTag, type YAMLMap, type YAMLSeq } from 'yaml';

export type Value = string | number | boolean | Value[] | Fields;
export type Fields = { [key: string]: Value };

const TEMPLATE = new URL('../../template.yaml', import.meta.url);

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

/** The template as it is written, functions in their long form. */
export function readTemplate(): Fields {
  const document = parseDocument(readFileSync(TEMPLATE, 'utf8'), { version: '1.1', customTags: SHORT_FORMS });
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) throw new Error(`template.yaml: ${problems.join('\n')}`);
  return fieldsOf(document.toJS({ maxAliasCount: 0 }));
}

/** The flow module's content, as JSON. A resource's attribute stands for itself: `PersistentChatFunction.Arn`. */
export function readModuleContent(): string {
  const content = at(readTemplate(), 'Resources', 'PersistentChatFlowModule', 'Properties', 'Content');
  return JSON.stringify(at(content, 'Fn::ToJsonString'), (_, value) => value?.['Fn::GetAtt']?.join('.') ?? value);
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
