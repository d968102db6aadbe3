import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { typeOf } from '../flow-language/action-types.ts';
import { type Expected, isModule, problemsOf } from '../flow-language/check.ts';
import { type Action, CONTRACT, type Content, type Contract, misfits } from '../flow-language/shape.ts';
import { moduleOf, readTemplate, TEMPLATE } from './template.ts';

/** A flow or a flow module that was checked. */
export interface Flow {
  /** The file's name without its ending. */
  name: string;
  start: string;
  actions: ReadonlyMap<string, Action>;
  isModule: boolean;
  /** Of a module whose file says it. */
  contract: Contract | undefined;
  /** What was not checked, and what a run leaves out: a sentence each. */
  warnings: string[];
}

/** Bytes. A module's content has at most 256,000 characters (AWS::Connect::ContactFlowModule). */
const MAX_FILE = 2_000_000;

/**
 * Reads and checks a flow or a flow module: a file in the flow language, the answer of `aws connect describe-contact-flow`
 * or `describe-contact-flow-module`, which has a module's contract, too, or template.yaml.
 *
 * @param invoked the module that a flow invokes
 * @throws Error with a line for each problem that the service would refuse the file for
 * @example readFlow('examples/returning-customer-flow.json').name // 'returning-customer-flow'
 */
export function readFlow(file: string, invoked?: Flow, kind?: Expected['kind']): Flow {
  const { content, contract } = parse(textOf(file), file);
  return toFlow(content, file, { kind, own: contract, invoked: invoked?.contract });
}

/** {@link readFlow} for what is parsed already. */
export function toFlow(parsed: unknown, file: string, expected: Expected = {}): Flow {
  const problems = problemsOf(parsed, expected);
  if (problems.length > 0) throw new Error([`Amazon Connect would refuse ${file}:`, ...problems].join('\n  '));
  const content = parsed as Content;
  return {
    name: basename(file).replace(/\.\w+$/, ''),
    start: content.StartAction,
    actions: new Map(content.Actions.map(action => [action.Identifier, action])),
    isModule: isModule(content),
    contract: expected.own,
    warnings: warningsOf(content, expected).map(warning => `${file}: ${warning}`),
  };
}

/** {@link readFlow} for a file that must be a flow module. Default: that of template.yaml. */
export function readModule(file = TEMPLATE): Flow {
  const module = readFlow(file, undefined, 'module');
  return file === TEMPLATE ? { ...module, name: 'persistent-chat' } : module;
}

function warningsOf(content: Content, { own, invoked }: Expected): string[] {
  const types = [...new Set(content.Actions.map(({ Type }) => Type))];
  const which = (here: string) => types.filter(Type => typeOf({ Type })?.here === here).join(', ');
  const ofUnknown = (Type: string, contract: Contract | undefined) => (types.includes(Type) && !contract ? Type : '');
  return [
    ['passed over, because it changes nothing here', which('passed over')],
    ['a run here ends where it reaches', which('not run')],
    ['not checked against its contract, which the file does not have', ofUnknown('EndFlowModuleExecution', own)],
    ['not checked against the contract of a module', ofUnknown('InvokeFlowModule', invoked)],
  ].flatMap(([why, what]) => (what ? `${why}: ${what}.` : []));
}

function textOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) throw new Error(`There is no file ${file}.`);
  if (!found.isFile()) throw new Error(`${file} is not a file.`);
  if (found.size <= MAX_FILE) return readFileSync(file, 'utf8');
  throw new Error(`${file} has ${Math.round(found.size / 1e6)} MB, and a flow's file at most ${MAX_FILE / 1e6} MB.`);
}

function parse(text: string, file: string): { content: unknown; contract: Contract | undefined } {
  const parsed = /\.ya?ml$/.test(file) ? { ContactFlowModule: moduleOf(readTemplate(text, file)) } : json(text, file);
  const { ContactFlowModule, ContactFlow } = Object(parsed);
  const { Content, Settings } = Object(ContactFlowModule ?? ContactFlow);
  if (typeof Content !== 'string') return { content: parsed, contract: undefined };
  return {
    content: json(Content, `Content of ${file}`),
    contract: typeof Settings === 'string' ? contractOf(Settings, file) : undefined,
  };
}

/** A contract as the service has it. */
interface Settings {
  input?: { schema: { properties: Record<string, { type?: string } | null> } };
  resultData?: Settings['input'];
  transitions?: { results: { name: string }[] };
}

function contractOf(text: string, file: string): Contract {
  const settings = json(text, `Settings of ${file}`);
  if (misfits(settings, CONTRACT).length > 0) throw new Error(`${file}: Settings is no contract of a module.`);
  const { input, resultData, transitions } = settings as Settings;
  const types = (part: Settings['input']) =>
    Object.fromEntries(
      Object.entries(part?.schema.properties ?? {}).map(([name, property]) => [name, String(property?.type)]),
    );
  return {
    input: types(input),
    resultData: types(resultData),
    results: transitions?.results.map(({ name }) => name) ?? [],
  };
}

function json(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message.replaceAll(/\s+/g, ' ')}.`);
  }
}
