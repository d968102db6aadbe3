import { readFileSync, statSync } from 'node:fs';
import { CONTRACT, type Contract, misfits } from '../flow-language/shape.ts';
import { flowOf, readTemplate } from './template.ts';

/** A flow or flow module as read from a file, not yet checked. */
export interface FlowFile {
  content: unknown;
  /** Whether it is a flow or a module, if the file says so; its id; a module's contract. */
  kind?: 'flow' | 'module';
  id?: string | undefined;
  contract?: Contract | undefined;
  warnings: string[];
}

/** Bytes. A flow's content has at most 256,000 characters (AWS::Connect::ContactFlow). */
const MAX_FILE = 2_000_000;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Reads a file with a flow: its content, an answer or request of Amazon Connect, or a template.
 *
 * @throws Error with a sentence that says what the file is, if it is none of these
 */
export function readFlowFile(file: string): FlowFile {
  const text = decoded(bytesOf(file), file);
  const isMarked = text.startsWith(BYTE_ORDER_MARK);
  const warning = `${file}: warning: it starts with a byte-order mark, which was left out here (PowerShell writes one)`;
  return { ...contentOf(isMarked ? text.slice(1) : text, file), warnings: isMarked ? [warning] : [] };
}

function bytesOf(file: string): Buffer {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) throw new Error(`There is no file ${file}.`);
  if (!found.isFile()) throw new Error(`${file} is not a file.`);
  if (found.size <= MAX_FILE) return readFileSync(file);
  throw new Error(`${file} has ${Math.round(found.size / 1e6)} MB, and a flow's file at most ${MAX_FILE / 1e6} MB.`);
}

function decoded(bytes: Buffer, file: string): string {
  const [first = 0, second = 0] = bytes;
  // With its byte-order mark, or ASCII characters without one.
  const isUtf16 = (first ^ second) === 1 ? first >= 0xfe : bytes.length > 1 && (first === 0) !== (second === 0);
  if (isUtf16) throw new Error(`${file} is UTF-16, which PowerShell writes with ">". Save it as UTF-8.`);
  return bytes.toString('utf8');
}

function contentOf(text: string, file: string): Omit<FlowFile, 'warnings'> {
  const parsed = /\.ya?ml$/.test(file) ? readTemplate(text, file) : json(text, file);
  // What `--query ContactFlow.Content` prints without `--output text`.
  if (typeof parsed === 'string') return { content: json(parsed, file) };
  const fields = Object(parsed);
  if ('Actions' in fields) return { content: parsed };
  const { ContactFlowModule, ContactFlow, Resources } = fields;
  if (Resources) return fromTemplate(parsed, file);
  const described = ContactFlowModule ?? ContactFlow ?? fields;
  if (described.Content !== undefined) return fromAnswer(described, ContactFlowModule !== undefined, file);
  const other = whatElse(parsed);
  if (other) throw new Error(`${file} is ${other}.`);
  return { content: parsed };
}

function fromTemplate(parsed: unknown, file: string): Omit<FlowFile, 'warnings'> {
  try {
    const { isModule, ...flow } = flowOf(parsed as Parameters<typeof flowOf>[0]);
    return fromAnswer(flow, isModule, file);
  } catch (error) {
    const why = `${file} is a CloudFormation template that ${(error as Error).message}`;
    throw new Error(`${why}. Check the content of each flow in a file of its own.`);
  }
}

/** From an answer: `ContactFlow`, `ContactFlowModule`, or only the inside of one of them. */
function fromAnswer(described: Record<string, unknown>, isModule: boolean, file: string): Omit<FlowFile, 'warnings'> {
  const { Content, Settings, Id, Arn } = described;
  return {
    content: typeof Content === 'string' ? json(Content, file) : Content,
    kind: isModule || /:[^:]*flow-module\//.test(String(Arn)) ? 'module' : 'flow',
    id: typeof Id === 'string' ? Id : undefined,
    contract: typeof Settings === 'string' ? contractOf(Settings, file) : undefined,
  };
}

/** What a file without a flow is, if it can be recognized. */
function whatElse(parsed: unknown): string | undefined {
  if (Array.isArray(parsed)) return `a list (of ${parsed.length}), no flow. Check each flow in a file of its own`;
  const fields = Object(parsed);
  if (Array.isArray(fields.modules)) {
    return 'an export in the designer\'s old format (it has "modules"). Import it there, save it, and export it again';
  }
  const list = Object.keys(fields).find(key => /^ContactFlow\w*(List|s)$/.test(key));
  if (list) return `a list of flows (${list}). Check the answer of "aws connect describe-contact-flow" for each`;
  return undefined;
}

/** A contract in the service's form. */
interface Settings {
  input?: { schema: { properties: Record<string, { type?: string } | null> } };
  resultData?: Settings['input'];
  transitions?: { results: { name: string; description?: unknown }[] };
}

/** Our own convention in a branch's description; Amazon Connect has no field for it. */
const ONLY_WITH = /\binvoke again without (\w+)/;

function contractOf(text: string, file: string): Contract {
  const settings = json(text, file);
  if (misfits(settings, CONTRACT).length > 0) throw new Error(`${file}: Settings is not the contract of a module.`);
  const { input, resultData, transitions } = settings as Settings;
  const results = transitions?.results ?? [];
  const types = (part: Settings['input']) =>
    Object.fromEntries(
      Object.entries(part?.schema.properties ?? {}).map(([name, property]) => [name, String(property?.type)]),
    );
  return {
    input: types(input),
    resultData: types(resultData),
    results: results.map(({ name }) => name),
    onlyWith: new Map(
      results.flatMap(({ name, description }) => {
        const [, input] = ONLY_WITH.exec(String(description)) ?? [];
        return input === undefined ? [] : [[name, input]];
      }),
    ),
  };
}

function json(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message.replaceAll(/\s+/g, ' ')}.`);
  }
}
