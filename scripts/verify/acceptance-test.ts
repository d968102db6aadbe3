import { randomUUID } from 'node:crypto';
import * as assumptions from './assumptions.ts';
import { Chats } from './chats.ts';
import { cleanUp } from './clean-up.ts';
import { newCustomer, remembered, sameCustomer } from './continues.ts';
import { verifyFlow } from './flow.ts';
import type { Instance } from './instance.ts';
import { secondTry } from './just-ended.ts';
import { Problem } from './problems.ts';
import { otherCustomers } from './refuses.ts';
import { HEAD, lineOf, type Row, resultOf } from './rows.ts';
import { type Parameters, promisedBy, readParameters } from './stack.ts';

export interface Result {
  /** Whether everything that was promised holds, and nothing is left behind by mistake. */
  passed: boolean;
  /** Why it could not continue, as a sentence. */
  problem: string | undefined;
  parameters: Parameters;
  /** A sentence for each thing that could not be removed. */
  left: string[];
  rows: Row[];
}

/** Runs the acceptance test of a stack, and removes what it made, unless the chats and the flow are to be kept. */
export async function runTest(
  { arn, region, stack, keep }: { arn: string; region: string; stack: string; keep: boolean },
  instance: Instance,
  signal: AbortSignal,
  { table, progress }: { table: (line: string) => void; progress: (sentence: string) => void },
): Promise<Result> {
  const result: Result = { passed: false, problem: undefined, parameters: {}, left: [], rows: [] };
  const row = (row: Row) => {
    if (result.rows.push(row) === 1) table(HEAD);
    table(lineOf(row));
  };
  try {
    const moduleId = await findModule(instance, stack);
    result.parameters = await readParameters(stack, region, signal, progress);
    const chats = new Chats(instance, promisedBy(result.parameters, arn), { row, progress });
    await createFlow(instance, moduleId, otherType(result.parameters));
    await runChats(chats, result.parameters);
  } catch (error) {
    result.problem = error instanceof Problem ? error.message : String((error as Error).stack);
  }
  if (!keep) result.left = await cleanUp(instance);
  result.passed = !result.problem && result.left.length === 0 && !result.rows.some(fails);
  return result;
}

/** The sentences at the end: what is left behind, why the test could not continue, and which rows fail. */
export function conclusion({ passed, problem, left, rows }: Result): string[] {
  if (passed) return ['Everything that was promised holds.'];
  const failed = rows.filter(fails).map(({ id, what }) => id ?? what);
  const page = 'See docs/troubleshooting.md#the-acceptance-test.';
  const sentences = [...left, ...(problem ? [problem] : [])];
  if (failed.length > 0) {
    sentences.push(`Not everything that was promised holds. FAILS: ${failed.join('; ')}. ${page}`);
  } else if (!problem) {
    sentences.push(`Everything holds, but not everything was removed. ${page}`);
  }
  return sentences;
}

function fails(row: Row): boolean {
  return resultOf(row) === 'FAILS';
}

async function findModule(instance: Instance, stack: string): Promise<string> {
  const name = `Persistent chat (${stack})`;
  const moduleId = await instance.moduleId(name);
  if (moduleId) return moduleId;
  throw new Problem(`The instance has no flow module "${name}": deploy the stack "${stack}" with CreateFlowModule=Yes, \
or name another one with --stack.`);
}

/** A rehydration type that the stack allows but that is not its default. */
function otherType({ DefaultRehydrationType, SourceContactCheck }: Parameters): string {
  if (DefaultRehydrationType !== 'ENTIRE_PAST_SESSION') return 'ENTIRE_PAST_SESSION';
  return SourceContactCheck === 'OFF' ? 'FROM_SEGMENT' : 'FROM_LAST_AGENT_SEGMENT';
}

async function createFlow(instance: Instance, moduleId: string, otherType: string): Promise<void> {
  const name = `persistent-chat-verify-${randomUUID()}`;
  await instance.createFlow(name, verifyFlow(moduleId, otherType, true)).catch((error: Problem) => {
    if (error.type !== 'InvalidContactFlowException') throw error;
    return instance.createFlow(name, verifyFlow(moduleId, otherType, false));
  });
}

/** Starts the chats, at most 12, and reports what was seen of each promise and assumption. */
async function runChats(chats: Chats, { SourceContactCheck, SourceContactIdAttribute, SessionStore }: Parameters) {
  const { hello, instance, output, promised } = chats;
  // With the check off, a refusal is not explained.
  const explains = SourceContactCheck !== 'OFF';

  output.progress('Starting the past chats: A, N without a message, Y and P.');
  const { a, attributes } = await newCustomer(chats);
  assumptions.moduleCan(chats, attributes);
  const n = await assumptions.nobodyConnects(chats);
  const y = await chats.start('Y', 'y');
  const p = await chats.start('P', 'p', { verifyMark: chats.tag });
  const trial = await assumptions.tryWhileOpen(chats, p);
  for (const chat of [a, n, y, p]) await instance.stop(chat);

  // A customer who returns at once and names Y by the attribute instead of the module's input.
  const f = explains && (await chats.start('F', 'y', { [SourceContactIdAttribute ?? '']: y.id }));
  await assumptions.tryAfterEnd(chats, trial);
  const began = Date.now();
  const b = await sameCustomer(chats, a, explains);
  await assumptions.continueOthers(chats, a, n);
  if (promised.note) output.progress(promised.note);
  await otherCustomers(chats, a);
  await instance.say(b, hello);
  if (f) await secondTry(chats, f, y);
  await assumptions.stillWaits(chats, b);
  if (SessionStore === 'ON') await remembered(chats, b, began);
  assumptions.notTried(chats);
}
