import type { AssociationInput } from './association-input.ts';
import { ConnectError } from './connect-error.ts';
import type { Contact } from './contact.ts';
import { continuedContact, refusal } from './rehydration.ts';

/** What Connect leaves undocumented or unmeasured, and a test may want either way. */
export interface AssociationRules {
  /** Whether two chats may continue one contact at once. */
  sourceTwice: 'allow' | 'refuse';
  /** A session that ended less than this many seconds ago is refused; 0: never. */
  transcriptDelaySeconds: number;
}

/**
 * Makes `CreatePersistentContactAssociation` for a set of contacts: it changes the current contact and returns the id
 * of the contact that it now continues.
 *
 * Documented: a chat becomes persistent once; `RelatedContactId` shows the contact it continues; a linked contact
 * carries a copy of the other's properties; a `ClientToken` makes the request idempotent. Assumed: an attribute that
 * the current contact already has stays; a token belongs to all instances; a token that comes back with another input
 * is refused; a refused request does not use up its token.
 */
export function associations(contacts: ReadonlyMap<string, Contact>, rules: AssociationRules) {
  const answered = new Map<string, { input: string; continuedFrom: string }>();

  return function associate({ ClientToken, ...rest }: AssociationInput): string {
    const input = JSON.stringify(rest);
    const earlier = ClientToken === undefined ? undefined : answered.get(ClientToken);
    if (earlier) {
      if (earlier.input !== input) throw refusal('The ClientToken was already used with another input.');
      return earlier.continuedFrom;
    }

    const current = newChat(contacts.get(rest.InitialContactId));
    // A source in the current contact's own session is refused as well: that session has not ended.
    const continued = continuedContact(contacts, rest, rules.transcriptDelaySeconds);
    if (rules.sourceTwice === 'refuse' && isContinued(contacts, continued)) {
      throw refusal('The source contact is already continued by another chat.');
    }

    current.persistent = true;
    current.RelatedContactId = continued.Id;
    current.Attributes = { ...continued.Attributes, ...current.Attributes };
    if (ClientToken !== undefined) answered.set(ClientToken, { input, continuedFrom: continued.Id });
    return continued.Id;
  };
}

function newChat(current: Contact | undefined): Contact {
  if (!current) throw new ConnectError('ResourceNotFoundException', 'The current contact does not exist.');
  if (current.Channel !== 'CHAT') throw refusal('The current contact is not a chat.');
  if (current.DisconnectTimestamp) throw refusal('The current contact has ended.');
  if (current.persistent) throw refusal('The current contact is already persistent.');
  return current;
}

function isContinued(contacts: ReadonlyMap<string, Contact>, source: Contact): boolean {
  return [...contacts.values()].some(contact => contact.persistent && contact.RelatedContactId === source.Id);
}
