import type * as sdk from '@aws-sdk/client-connect';
import type { Item } from '@aws-sdk/client-connectparticipant';
import { notFound } from './answer.ts';

/** A message or an event, as `GetTranscript` and the websocket show it, without the contact that it belongs to. */
export interface TranscriptItem extends Sender {
  Id: string;
  /** ISO 8601, in milliseconds. */
  AbsoluteTime: string;
  Type: 'MESSAGE' | 'EVENT';
  ContentType: string;
  Content?: string;
}

/** An item with its contact: `RelatedContactId` if it is of a past chat, `ContactId` if it is of the current one. */
export type ContactItem = TranscriptItem & { ContactId?: string; RelatedContactId?: string };

export type Sender = Pick<Item, 'ParticipantId' | 'DisplayName' | 'ParticipantRole'>;

type Members = 'PreviousContactId' | 'DisconnectTimestamp' | 'CustomerId' | 'Attributes' | 'SegmentAttributes';

/** The members of `DescribeContact`'s answer that matter to persistent chat; those in lower case are not on the wire. */
export interface Contact extends Pick<sdk.Contact, Members> {
  Id: string;
  /** Web chat, SMS and WhatsApp are all `CHAT`, with different subtypes. */
  Channel: sdk.Channel;
  /** `API` for a chat, `TRANSFER` for a transferred one, `DISCONNECT` for its survey; the list grows over time. */
  InitiationMethod: string;
  InitiationTimestamp: Date;
  /** The session's first contact; absent in that contact itself, as in the admin guide's sample contact records. */
  InitialContactId?: string | undefined;
  /** The contact that a persistent chat was rehydrated from. Connect sets it for other reasons as well. */
  RelatedContactId?: string | undefined;
  AgentInfo?: { Id: string } | undefined;
  QueueInfo?: { Id: string } | undefined;
  /** `null` once `DeleteContactData` deleted it. */
  CustomerEndpoint?: { Type: string; Address: string } | null | undefined;
  /** True once the chat was made persistent, by `StartChatContact` or by an association. */
  persistent?: boolean | undefined;
  transcript?: readonly TranscriptItem[] | undefined;
}

/** The contact with this id, else the error of the operations that answer 404. */
export function knownContact(contacts: ReadonlyMap<string, Contact>, id: string, what = 'contact'): Contact {
  const contact = contacts.get(id);
  if (!contact) throw notFound(`The ${what} does not exist.`);
  return contact;
}

/** The id of the session that a contact belongs to: its initial contact's id. */
export const sessionId = (contact: Contact) => contact.InitialContactId ?? contact.Id;

/** The contacts of a session, in the order in which they were added. */
export function contactsOf(contacts: ReadonlyMap<string, Contact>, session: string | undefined): Contact[] {
  return [...contacts.values()].filter(contact => sessionId(contact) === session);
}

/** The contacts of a contact's session, and of all sessions linked to it. */
export function contactTree(contacts: ReadonlyMap<string, Contact>, contact: Contact): Contact[] {
  const links = [...contacts.values()].flatMap(from => {
    const to = contacts.get(from.RelatedContactId ?? '');
    return to ? [[sessionId(from), sessionId(to)] as const] : [];
  });
  const tree = new Set([sessionId(contact)]);
  // A set's loop also visits what is added during the loop.
  for (const session of tree) {
    for (const [from, to] of links) if (from === session || to === session) tree.add(from).add(to);
  }
  return [...contacts.values()].filter(member => tree.has(sessionId(member)));
}
