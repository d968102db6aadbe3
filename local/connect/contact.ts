import { ConnectError } from './connect-error.ts';

/**
 * How the customer reached the contact centre. Web chat, SMS and WhatsApp are all `CHAT`; their subtype tells them
 * apart.
 */
export type Channel = 'VOICE' | 'CHAT' | 'TASK' | 'EMAIL';

/**
 * A contact as the local Amazon Connect keeps it: the members of `DescribeContact`'s answer that matter to persistent
 * chat, spelled as the API reference spells them, with `Date` for timestamps. The one member in lower case is our own
 * and never on the wire. `Arn` is not kept: it is made from the instance that asks.
 */
export interface Contact {
  Id: string;
  Channel: Channel;
  /**
   * `API` for a chat, `TRANSFER` for a transferred one, `DISCONNECT` for a post-chat survey; the list grows over time.
   */
  InitiationMethod: string;
  InitiationTimestamp: Date;
  /** The end of this contact, absent while it is active. A transferred contact has one while its session goes on. */
  DisconnectTimestamp?: Date | undefined;
  /**
   * The session's first contact; absent in that first contact itself, as in the admin guide's sample contact records.
   */
  InitialContactId?: string | undefined;
  PreviousContactId?: string | undefined;
  /** The contact that a persistent chat was rehydrated from. Connect sets it for other reasons as well. */
  RelatedContactId?: string | undefined;
  AgentInfo?: { Id: string } | undefined;
  QueueInfo?: { Id: string } | undefined;
  CustomerId?: string | undefined;
  CustomerEndpoint?: { Type: string; Address: string } | undefined;
  Attributes?: Record<string, string> | undefined;
  SegmentAttributes?: Record<string, { ValueString: string }> | undefined;
  /** True once the chat was made persistent, by `StartChatContact` or by an association. */
  persistent?: boolean | undefined;
}

/** The contact with this id, else the error of the operations that answer 404. */
export function knownContact(contacts: ReadonlyMap<string, Contact>, id: string): Contact {
  const contact = contacts.get(id);
  if (!contact) throw new ConnectError('ResourceNotFoundException', 'The contact does not exist.');
  return contact;
}

/** The id of the session that a contact belongs to: its initial contact's id. */
export function sessionId(contact: Contact): string {
  return contact.InitialContactId ?? contact.Id;
}

/**
 * Shows a contact as related to another. Documented: a contact linked in this way carries a copy of the other's
 * properties. Assumed: of these only the attributes, and one that the contact already has stays.
 */
export function linkContact(contact: Contact, related: Contact): void {
  contact.RelatedContactId = related.Id;
  contact.Attributes = { ...related.Attributes, ...contact.Attributes };
}
