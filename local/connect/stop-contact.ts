import { ConnectError } from './connect-error.ts';
import { bodyOf, contactIdOf, instanceIdOf } from './limits.ts';
import type { ConnectRequest } from './request.ts';
import type { ConnectState } from './state.ts';

/**
 * `StopContact`: ends a contact, and with it a session of one contact. The model's `ContactNotFoundException` (410) is
 * for a contact that does not exist; that it is also for one that has ended is assumed.
 */
export function stopContact({ contacts }: ConnectState, request: ConnectRequest): object {
  bodyOf(request);
  instanceIdOf(request);
  const contact = contacts.get(contactIdOf(request));
  if (!contact) throw new ConnectError('ContactNotFoundException', 'The contact does not exist.');
  if (contact.DisconnectTimestamp) throw new ConnectError('ContactNotFoundException', 'The contact has ended.');
  contact.DisconnectTimestamp = new Date();
  return {};
}
