import { randomUUID } from 'node:crypto';
import * as assumptions from './assumptions.ts';
import { Chats, type Output } from './chats.ts';
import { newCustomer, remembered, sameCustomer } from './continues.ts';
import { verifyFlow } from './flow.ts';
import type { Instance } from './instance.ts';
import { returnsAtOnce, secondTry } from './just-ended.ts';
import { Problem, RequestError } from './problems.ts';
import { otherCustomers } from './refuses.ts';
import type { Promised } from './stack.ts';

/** The id of the stack's flow module. */
export async function findModule(instance: Instance, stack: string): Promise<string> {
  const name = `Persistent chat (${stack})`;
  const moduleId = await instance.moduleId(name);
  if (moduleId) return moduleId;
  const advice = `deploy the stack "${stack}" with CreateFlowModule=Yes, or name another one with --stack`;
  throw new Problem(`The instance has no flow module "${name}": ${advice}.`);
}

/** Creates the flow that all chats run. */
export async function createFlow(instance: Instance, moduleId: string, otherType: string): Promise<void> {
  const name = `persistent-chat-verify-${randomUUID()}`;
  try {
    await instance.createFlow(name, verifyFlow(moduleId, otherType, true));
  } catch (error) {
    if (!(error instanceof RequestError && error.type === 'InvalidContactFlowException')) throw error;
    await instance.createFlow(name, verifyFlow(moduleId, otherType, false));
  }
}

/**
 * Starts the chats of the acceptance test, at most 12, and reports what was seen of each promise and assumption.
 *
 * @param parameters of the stack
 * @throws Problem if it cannot continue
 */
export async function runChats(
  instance: Instance,
  parameters: Record<string, string>,
  promised: Promised,
  output: Output,
): Promise<void> {
  const chats = new Chats(instance, promised, output);
  const { hello } = chats;
  // With the check off, a refusal is not explained.
  const explains = parameters['SourceContactCheck'] !== 'OFF';

  output.progress('Starting the past chats: A, N without a message, Y and P.');
  const { a, attributes } = await newCustomer(chats);
  assumptions.moduleCan(chats, attributes);
  const n = await assumptions.nobodyConnects(chats);
  const y = await chats.start('Y', { ...chats.customer('y'), message: hello });
  const p = await chats.start('P', { ...chats.customer('p', { verifyMark: chats.tag }), message: hello });
  const trial = await assumptions.tryWhileOpen(chats, p);
  for (const chat of [a, n, y, p]) await instance.stop(chat);

  const f = explains && (await returnsAtOnce(chats, y, parameters['SourceContactIdAttribute'] ?? ''));
  await assumptions.tryAfterEnd(chats, trial);
  const began = Date.now();
  const b = await sameCustomer(chats, a, explains);
  await assumptions.continueOthers(chats, a, n);
  if (promised.note) output.progress(promised.note);
  await otherCustomers(chats, a);
  await instance.say(b, hello);
  if (f) await secondTry(chats, f, y);
  await assumptions.stillWaits(chats, b);
  if (parameters['SessionStore'] === 'ON') await remembered(chats, b, began);
  assumptions.notTried(chats);
}
