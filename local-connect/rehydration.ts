import type { AssociationInput } from './association-input.ts';
import { ConnectError } from './connect-error.ts';
import { type Contact, sessionId } from './contact.ts';

/**
 * The contact that a new chat would be continued from. Documented: `FROM_SEGMENT` continues the given contact;
 * `ENTIRE_PAST_SESSION` takes the session's initial contact and continues the session's most recently ended chat
 * contact; only an ended session can be rehydrated, some time after its end. That every refusal but an unknown contact
 * is an `InvalidRequestException` is assumed.
 *
 * @param transcriptDelaySeconds how long a session must have ended before Connect has its transcript
 */
export function continuedContact(
  contacts: ReadonlyMap<string, Contact>,
  input: Pick<AssociationInput, 'RehydrationType' | 'SourceContactId'>,
  transcriptDelaySeconds: number,
): Contact {
  const source = contacts.get(input.SourceContactId);
  if (!source) throw new ConnectError('ResourceNotFoundException', 'The source contact does not exist.');
  if (source.Channel !== 'CHAT') throw refusal('The source contact is not a chat.');
  if (input.RehydrationType === 'ENTIRE_PAST_SESSION' && sessionId(source) !== source.Id) {
    throw refusal("For ENTIRE_PAST_SESSION the source contact must be its session's initial contact.");
  }

  const session = [...contacts.values()].filter(contact => sessionId(contact) === sessionId(source));
  const ends = session.map(contact => contact.DisconnectTimestamp?.getTime() ?? Number.POSITIVE_INFINITY);
  const end = Math.max(...ends);
  if (end === Number.POSITIVE_INFINITY) throw refusal("The source contact's session has not ended.");
  if (Date.now() - end < transcriptDelaySeconds * 1000) {
    throw refusal("The transcript of the source contact's session is not available yet.");
  }

  if (input.RehydrationType === 'FROM_SEGMENT') return source;
  return session
    .filter(contact => contact.Channel === 'CHAT')
    .reduce((latest, contact) => (endOf(contact) > endOf(latest) ? contact : latest), source);
}

function endOf(contact: Contact): number {
  return contact.DisconnectTimestamp?.getTime() ?? 0;
}

/** A refusal for what the contacts are, as opposed to how the request is written. */
export function refusal(message: string): ConnectError {
  return new ConnectError('InvalidRequestException', message);
}
