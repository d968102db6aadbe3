import type { AmazonConnect } from './amazon-connect/operations.ts';
import type { Deadline } from './deadline.ts';
import { explainRefusal } from './explain-refusal.ts';
import { type Outcome, rejectedWith } from './outcome.ts';
import type { AssociationRequest } from './request.ts';
import { type Findings, type Selection, selectSourceContact } from './select-source-contact.ts';
import type { Settings } from './settings.ts';

/** What became of a chat, and what the source contact check found out. */
export interface Continuation extends Findings {
  outcome: Outcome;
  /** Of a refused association: whether the current contact could be asked if it was persistent already. */
  explained?: boolean;
}

/**
 * Continues a past chat: selects the source contact, asks for the association, and explains it where Connect refuses.
 *
 * @param deadline of all calls together; the source contact check has the first half of it
 * @throws {OperatorError} what only an operator can fix
 */
export async function continuePastChat(
  request: AssociationRequest,
  settings: Settings,
  connect: AmazonConnect,
  deadline: Deadline,
): Promise<Continuation> {
  const selection = await selectSourceContact(request, settings, connect, deadline.part(1 / 2));
  if ('outcome' in selection) return selection;
  return { ...selection, ...(await associate(request, selection, settings, connect, deadline)) };
}

async function associate(
  request: AssociationRequest,
  { association, sourceContact }: Extract<Selection, { association: unknown }>,
  settings: Settings,
  connect: AmazonConnect,
  deadline: Deadline,
): Promise<Pick<Continuation, 'outcome' | 'explained'>> {
  const answer = await connect.associate(association, deadline);
  if (answer.kind === 'answered') return { outcome: { status: 'ASSOCIATED', continuedFromContactId: answer.value } };
  if (answer.kind === 'unavailable') return { outcome: { status: 'FAILED', reason: answer.reason } };
  if (answer.status === 400 && settings.sourceContactCheck !== 'OFF') {
    return explainRefusal(request, sourceContact, connect, deadline);
  }
  return { outcome: rejectedWith(answer.status) };
}
