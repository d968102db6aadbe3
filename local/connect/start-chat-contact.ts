import { randomUUID } from 'node:crypto';
import type { SegmentAttributeValue } from '@aws-sdk/client-connect';
import { invalid, refusal } from './answer.ts';
import { type Contact, knownContact } from './contact.ts';
import { flowContent } from './flows.ts';
import { addCustomer, MESSAGE } from './participant.ts';
import { linkContact, makePersistent, REHYDRATION } from './rehydration.ts';
import {
  CLIENT_TOKEN,
  CONTACT_ID,
  checked,
  type Members,
  object,
  operation,
  optional,
  type Reader,
  structure,
  text,
} from './request.ts';
import { addItem, message } from './transcript.ts';

/** How each form is checked: by the types and lengths of the service model. */
const FORMS: { readonly [form in keyof SegmentAttributeValue]-?: Reader } = {
  ValueString: text(0, 1024),
  ValueMap: readSegmentAttributes,
  // A 32-bit integer is the only value that `| 0` leaves unchanged.
  ValueInteger: checked(value => value === (Number(value) | 0), 'a whole number of 32 bits'),
  ValueList(member, value) {
    const items = checked<unknown[]>(Array.isArray, 'a list')(member, value);
    return items.map((item, index) => readValue(`${member}[${index}]`, item));
  },
  ValueArn(member, value) {
    if (/^arn(:[^:]*){4}:./.test(text(0, 1024)(member, value))) return value;
    throw invalid(`${member} must be an ARN.`);
  },
};

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

/** `StartChatContact`. The request has no member for a customer endpoint, so such a chat has none. */
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
  // All attributes of a contact together, in UTF-8 (API reference).
  if (Buffer.byteLength(entries.flat().join('')) > 32_768) throw invalid('The attributes are longer than 32768 bytes.');
  return Object.fromEntries(entries);
}

/** Checks segment attributes, and drops the members that no form has. */
function readSegmentAttributes(member: string, attributes: unknown): Record<string, SegmentAttributeValue> {
  const entries = Object.entries(object(member, attributes)).map(([name, value]) => {
    if (/^(connect:)?[\w-]+$/.test(name) && name.length <= 128) return [name, readValue(`${member}.${name}`, value)];
    throw invalid(
      `"${name}" is not the name of a segment attribute: 1 to 128 letters, digits, "-" and "_", after "connect:".`,
    );
  });
  return Object.fromEntries(entries);
}

/** Assumed: a value has at least one form, and may have several. */
function readValue(member: string, value: unknown): SegmentAttributeValue {
  const members: Members = Object(value);
  const given = Object.entries(FORMS).filter(([form]) => members[form] !== undefined);
  if (given.length === 0) throw invalid(`${member} must have one of ${Object.keys(FORMS).join(', ')}.`);
  return Object.fromEntries(given.map(([form, read]) => [form, read(`${member}.${form}`, members[form])]));
}
