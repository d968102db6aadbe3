import { parseDocument, type Tags, type YAMLMap, type YAMLSeq } from 'yaml';

export type Value = string | number | boolean | Value[] | Fields;
export type Fields = { [key: string]: Value };

const FUNCTIONS = `And Base64 Cidr Condition Equals FindInMap GetAtt GetAZs If ImportValue Join Not Or Ref Select Split Sub`;
const SHORT_FORMS = FUNCTIONS.split(' ').flatMap((name): Tags => {
  const key = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
  const tag = `!${name}`;
  return [
    // "!GetAtt Resource.Attribute" is the only short form that is not a plain argument.
    { tag, resolve: (text: string) => ({ [key]: name === 'GetAtt' ? text.split(/\.(.*)/s, 2) : text }) },
    { tag, collection: 'seq', resolve: (list: YAMLMap | YAMLSeq) => ({ [key]: list.toJSON() }) },
  ];
});

/** Reads a template as CloudFormation does, as YAML 1.1 without anchors. Functions are in their long form. */
export function readTemplate(text: string, file: string): Fields {
  const document = parseDocument(text, { version: '1.1', customTags: SHORT_FORMS });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw new Error(`${file} is not a template: ${problem.message.split('\n')[0]}`);
  return fieldsOf(document.toJS({ maxAliasCount: 0 }));
}

/** The text of `Fn::Sub` with a value for each `${name}`; `${!name}` is the text `${name}`. */
export function substitute(text: string, resolve: (name: string) => string): string {
  return text.replace(/\$\{(!?)([^}]*)\}/g, (_, literal, name) => (literal ? `\${${name}}` : resolve(name)));
}

/** The value at a path of keys; throws if there is none. */
export function at(value: Value | undefined, ...path: string[]): Value {
  let found = value;
  for (const key of path) found = Object.hasOwn(Object(found), key) ? (found as Fields)[key] : undefined;
  if (found === undefined) throw new Error(`There is nothing at ${path.join('.')}.`);
  return found;
}

/** The fields of a mapping. @throws Error for any other value */
export function fieldsOf(value: Value | undefined): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`Not a mapping: ${JSON.stringify(value)}`);
  }
  return value;
}
