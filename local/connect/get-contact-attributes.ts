import { knownContact } from './contact.ts';
import { contactIdOf, instanceIdOf } from './limits.ts';
import type { ConnectRequest } from './request.ts';
import type { ConnectState } from './state.ts';

/** `GetContactAttributes`: the attributes of the contact in the path, which the model calls `InitialContactId`. */
export function getContactAttributes({ contacts }: ConnectState, request: ConnectRequest): object {
  instanceIdOf(request);
  const { Attributes = {} } = knownContact(contacts, contactIdOf(request, 'InitialContactId'));
  return { Attributes };
}
