import { readFileSync, statSync } from 'node:fs';
import type { Invocable } from '../flow-language/rule.ts';
import { CONTRACT, type Contract, misfits } from '../flow-language/shape.ts';
import { readTemplate, substitute } from './template.ts';

/** A flow or flow module as read from a file, not yet checked, with its kind if the file says so. */
type FlowFile = Invocable & { content: unknown; kind?: 'flow' | 'module' };

/** Bytes. A flow's content has at most 256,000 characters (AWS::Connect::ContactFlow). */
const MAX_FILE = 2_000_000;

/**
 * Reads a file with a flow: in the flow language, an answer or request of Amazon Connect, or a template of CloudFormation.
 *
 * @throws Error with a sentence that says what the file is, if it is none of these
 */
export function readFlowFile(file: string): FlowFile & { warnings: string[] } {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) throw new Error(`There is no file ${file}.`);
  if (!found.isFile()) throw new Error(`${file} is not a file.`);
  const megabytes = Math.round(found.size / 1e6);
  if (found.size > MAX_FILE)
    throw new Error(`${file} has ${megabytes} MB, and a flow's file at most ${MAX_FILE / 1e6} MB.`);
  const bytes = readFileSync(file);
  const [first, second] = bytes;
  // UTF-16 has a byte-order mark, or a zero beside each ASCII character.
  const hasMark = ['fffe', 'feff'].includes(bytes.toString('hex', 0, 2));
  if (hasMark || (bytes.length > 1 && (first === 0) !== (second === 0)))
    throw new Error(`${file} is UTF-16, which PowerShell writes with ">". Save it as UTF-8.`);
  const text = bytes.toString('utf8');
  const marked = text.startsWith('\uFEFF');
  const warning = `${file}: warning: it starts with a byte-order mark, which was left out here (PowerShell writes one)`;
  return { ...contentOf(marked ? text.slice(1) : text, file), warnings: marked ? [warning] : [] };
}

function contentOf(text: string, file: string): FlowFile {
  const parsed = /\.ya?ml$/.test(file) ? readTemplate(text, file) : json(text, file);
  // What `--query ContactFlow.Content` prints without `--output text`.
  if (typeof parsed === 'string') return { content: json(parsed, file) };
  const fields = Object(parsed);
  if ('Actions' in fields) return { content: parsed };
  const { ContactFlowModule, ContactFlow } = fields.Resources ? flowOf(fields.Resources, file) : fields;
  // An answer, or only the inside of one.
  const { Content, Settings, Id, Arn } = ContactFlowModule ?? ContactFlow ?? fields;
  if (Content === undefined) {
    const other = whatElse(parsed);
    if (other) throw new Error(`${file} is ${other}.`);
    return { content: parsed };
  }
  return {
    content: typeof Content === 'string' ? json(Content, file) : Content,
    kind: ContactFlowModule || /:[^:]*flow-module\//.test(String(Arn)) ? 'module' : 'flow',
    id: typeof Id === 'string' ? Id : undefined,
    contract: typeof Settings === 'string' ? contractOf(Settings, file) : undefined,
  };
}

/** The only flow or flow module of a template, in the form of an answer. A resource's attribute stands for itself: `Function.Arn`. */
function flowOf(resources: object, file: string): Record<string, unknown> {
  const refusal = (why: string) =>
    new Error(`${file} is a CloudFormation template that ${why}. Check the content of each flow in a file of its own.`);
  const isFlow = (resource: unknown) => /^AWS::Connect::ContactFlow(Module)?$/.test(Object(resource).Type);
  const flows = Object.entries(resources).filter(([, resource]) => isFlow(resource));
  const [[name, resource] = [], another] = flows;
  if (!name) throw refusal('has no flow and no flow module');
  if (another) throw refusal(`has ${flows.length} flows and flow modules, and at most one can be checked`);
  const { Content, Settings } = Object(resource.Properties);
  const content = deployedText(Content);
  if (content === undefined) throw refusal(`makes the content of ${name} when it is deployed`);
  return { [resource.Type.slice('AWS::Connect::'.length)]: { Content: content, Settings: deployedText(Settings) } };
}

/** A property's text, if the template alone determines it. */
function deployedText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const { 'Fn::Sub': text, 'Fn::ToJsonString': object } = Object(value);
  if (typeof text === 'string') return substitute(text, name => name);
  return object && JSON.stringify(object, (_, inner) => inner?.['Fn::GetAtt']?.join('.') ?? inner);
}

/** What a file without a flow is, if it can be recognized. */
function whatElse(parsed: unknown): string | undefined {
  if (Array.isArray(parsed)) return `a list (of ${parsed.length}), no flow. Check each flow in a file of its own`;
  const fields = Object(parsed);
  if (Array.isArray(fields.modules)) {
    return 'an export in the designer\'s old format (it has "modules"). Import it there, save it, and export it again';
  }
  const list = Object.keys(fields).find(key => /^ContactFlow\w*(List|s)$/.test(key));
  return list && `a list of flows (${list}). Check the answer of "aws connect describe-contact-flow" for each`;
}

/** Our own convention in a branch's description; Amazon Connect has no field for it. */
const ONLY_WITH = /\binvoke again without (\w+)/;

function contractOf(text: string, file: string): Contract {
  const settings = json(text, file);
  if (misfits(settings, CONTRACT).length > 0) throw new Error(`${file}: Settings is not the contract of a module.`);
  const { input, resultData, transitions } = Object(settings);
  const results: { name: string; description?: unknown }[] = transitions?.results ?? [];
  const types = (part: { schema: { properties: object } } | undefined) => {
    const properties = Object.entries(part?.schema.properties ?? {});
    return Object.fromEntries(properties.map(([name, property]) => [name, String(property?.type)]));
  };
  const onlyWith = new Map<string, string>();
  for (const { name, description } of results) {
    const [, needed] = ONLY_WITH.exec(String(description)) ?? [];
    if (needed) onlyWith.set(name, needed);
  }
  return { input: types(input), resultData: types(resultData), results: results.map(({ name }) => name), onlyWith };
}

function json(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message.replaceAll(/\s+/g, ' ')}.`);
  }
}
