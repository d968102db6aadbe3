import { randomUUID } from 'node:crypto';
import { invalid, refusal } from './answer.ts';
import { type Contact, knownContact } from './contact.ts';
import { flowContent } from './flows.ts';
import { addCustomer, MESSAGE } from './participant.ts';
import { linkContact, makePersistent, REHYDRATION } from './rehydration.ts';
import { CLIENT_TOKEN, CONTACT_ID, object, operation, optional, structure, text } from './request.ts';
import { readSegmentAttributes } from './segment-attributes.ts';
import { addItem, message } from './transcript.ts';

/** The members that are kept here, within the limits of the service model and the API reference. */
const INPUT = {
  ContactFlowId: text(1, 500),
  ParticipantDetails: structure({ DisplayName: text(1, 256) }),
  InitialMessage: optional(structure(MESSAGE)),
  Attributes: readAttributes,
  SegmentAttributes: optional(readSegmentAttributes),
  CustomerId: optional(text(1, 128)),
  PersistentChat: optional(structure(REHYDRATION)),
  RelatedContactId: optional(CONTACT_ID),
  ClientToken: CLIENT_TOKEN,
};

/** The limit for all attributes of a contact together, in UTF-8 (API reference). */
const MAX_ATTRIBUTE_BYTES = 32_768;

/**
 * `StartChatContact`: adds a chat. `PersistentChat` makes it persistent by the same rules as the association. The
 * request has no member for a customer endpoint, so a chat that was started this way has none.
 */
export const startChatContact = operation(INPUT, (state, input) => {
  const { ContactFlowId, CustomerId, Attributes, SegmentAttributes, PersistentChat, RelatedContactId } = input;
  if (PersistentChat && RelatedContactId !== undefined) {
    throw refusal('A chat takes either RelatedContactId or PersistentChat, not both.');
  }
  if (state.variant === 'empty-attribute-refused' && Object.values(Attributes).includes('')) {
    throw invalid('An attribute is empty.');
  }
  const flow = flowContent(state, ContactFlowId);
  const chat: Contact = {
    Id: randomUUID(),
    Channel: 'CHAT',
    InitiationMethod: 'API',
    InitiationTimestamp: new Date(),
    CustomerId,
    Attributes,
    SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Chat' }, ...SegmentAttributes },
  };
  if (RelatedContactId !== undefined) linkContact(state, chat, knownContact(state.contacts, RelatedContactId));
  const ContinuedFromContactId = PersistentChat && makePersistent(state, chat, PersistentChat);
  state.contacts.set(chat.Id, chat);
  const { sender, ParticipantToken } = addCustomer(state, chat, input.ParticipantDetails.DisplayName);
  if (input.InitialMessage) addItem(state, chat, message(sender, input.InitialMessage.Content));
  if (state.variant !== 'needs-customer' || input.InitialMessage) state.chatStarted(chat, flow);
  return { ContactId: chat.Id, ParticipantId: sender.ParticipantId, ParticipantToken, ContinuedFromContactId };
});

function readAttributes(member: string, attributes: unknown = {}): Record<string, string> {
  const entries = Object.entries(object(member, attributes)).map(([name, value]): [string, string] => {
    if (!/^[\w-]+$/.test(name)) throw invalid(`"${name}" is not an attribute name: letters, digits, "-" and "_" only.`);
    return [name, text(0, 32_767)(`${member}.${name}`, value)];
  });
  if (Buffer.byteLength(entries.flat().join('')) > MAX_ATTRIBUTE_BYTES) {
    throw invalid(`The attributes are longer than ${MAX_ATTRIBUTE_BYTES} bytes.`);
  }
  return Object.fromEntries(entries);
}
