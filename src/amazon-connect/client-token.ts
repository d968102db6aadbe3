import { hash } from 'node:crypto';

/**
 * The `ClientToken` of an association: derived from what is sent, so that every retry, and every repeated invocation by
 * Connect (up to three), carries the same one and the chat is associated once. Any other input gives another token.
 *
 * Neither the SDK nor the service model fills one in. At most 500 characters (API reference); this one has 64.
 */
export function clientToken(
  instanceId: string,
  contactId: string,
  sourceContactId: string,
  rehydrationType: string,
): string {
  // JSON keeps the parts apart and escapes lone surrogates, which UTF-8 would all turn into the same character.
  const sent = JSON.stringify([instanceId, contactId, sourceContactId, rehydrationType]);
  return hash('sha256', sent);
}
