import { ConnectError, refusal } from './connect-error.ts';
import type { Contact } from './contact.ts';
import { onceForToken } from './idempotency.ts';
import { bodyOf, contactIdOf, instanceIdOf, optional } from './limits.ts';
import { makePersistent, readRehydration } from './rehydration.ts';
import type { ConnectRequest } from './request.ts';
import type { ConnectState } from './state.ts';

/** `CreatePersistentContactAssociation`: makes the current contact persistent. */
export function createPersistentContactAssociation(state: ConnectState, request: ConnectRequest): object {
  const body = bodyOf(request);
  const rehydration = readRehydration(body);
  const input = {
    InstanceId: instanceIdOf(request),
    // Despite its name the current contact's id: "the contact that the API is being called from".
    InitialContactId: contactIdOf(request, 'InitialContactId'),
    ...rehydration,
    ClientToken: optional('ClientToken', body.ClientToken, 0, 500),
  };
  return onceForToken(state.earlierAnswers, 'CreatePersistentContactAssociation', input, () => {
    const current = activeChat(state.contacts.get(input.InitialContactId));
    return { ContinuedFromContactId: makePersistent(state, current, rehydration) };
  });
}

function activeChat(current: Contact | undefined): Contact {
  if (!current) throw new ConnectError('ResourceNotFoundException', 'The current contact does not exist.');
  if (current.Channel !== 'CHAT') throw refusal('The current contact is not a chat.');
  if (current.DisconnectTimestamp) throw refusal('The current contact has ended.');
  return current;
}
