import { randomUUID } from 'node:crypto';
import { invalid, refusal } from './answer.ts';
import { type Contact, knownContact, linkContact } from './contact.ts';
import { flowContent } from './flows.ts';
import { addCustomer, LONGEST_MESSAGE } from './participant.ts';
import { makePersistent, readRehydration } from './rehydration.ts';
import { bodyOf, type ConnectRequest, instanceIdOf, limited, object, optional } from './request.ts';
import { readSegmentAttributes } from './segment-attributes.ts';
import { type ConnectState, onceForToken } from './state.ts';
import { addItem, message } from './transcript.ts';

/** The limit for all attributes of a contact together, in UTF-8 (API reference). */
const MAX_ATTRIBUTE_BYTES = 32_768;

/**
 * `StartChatContact`: adds a chat. `PersistentChat` makes it persistent by the same rules as the association. The
 * request has no member for a customer endpoint, so a chat that was started this way has none.
 */
export function startChatContact(state: ConnectState, request: ConnectRequest): object {
  const input = readInput(state, request);
  return onceForToken(state, 'StartChatContact', input, () => {
    const flow = flowContent(state, input.ContactFlowId);
    const chat: Contact = {
      Id: randomUUID(),
      Channel: 'CHAT',
      InitiationMethod: 'API',
      InitiationTimestamp: new Date(),
      CustomerId: input.CustomerId,
      Attributes: input.Attributes,
      SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Chat' }, ...input.SegmentAttributes },
    };
    if (input.RelatedContactId !== undefined)
      linkContact(chat, knownContact(state.contacts, input.RelatedContactId), state.variant);
    const continued = input.PersistentChat && makePersistent(state, chat, input.PersistentChat);
    state.contacts.set(chat.Id, chat);
    const { sender, ParticipantToken } = addCustomer(state, chat, input.DisplayName);
    if (input.InitialMessage !== undefined) addItem(state, chat, message(sender, input.InitialMessage));
    if (state.variant !== 'needs-customer' || input.InitialMessage !== undefined) state.chatStarted(chat, flow);
    const { ParticipantId } = sender;
    return { ContactId: chat.Id, ParticipantId, ParticipantToken, ContinuedFromContactId: continued };
  });
}

/** The members that are kept here, within the limits of the service model and the API reference. */
function readInput(state: ConnectState, request: ConnectRequest) {
  const body = bodyOf(request);
  const { Attributes = {}, SegmentAttributes = {}, PersistentChat, InitialMessage } = body;
  const { DisplayName } = object('ParticipantDetails', body['ParticipantDetails']);
  const input = {
    InstanceId: instanceIdOf(state, request),
    ContactFlowId: limited('ContactFlowId', body['ContactFlowId'], 1, 500),
    DisplayName: limited('ParticipantDetails.DisplayName', DisplayName, 1, 256),
    InitialMessage: InitialMessage === undefined ? undefined : readMessage(object('InitialMessage', InitialMessage)),
    Attributes: readAttributes(object('Attributes', Attributes), state.variant === 'empty-attribute-refused' ? 1 : 0),
    SegmentAttributes: readSegmentAttributes('SegmentAttributes', SegmentAttributes),
    CustomerId: optional('CustomerId', body['CustomerId'], 1, 128),
    PersistentChat:
      PersistentChat === undefined ? undefined : readRehydration(object('PersistentChat', PersistentChat)),
    RelatedContactId: optional('RelatedContactId', body['RelatedContactId'], 1, 256),
    ClientToken: optional('ClientToken', body.ClientToken, 0, 500),
  };
  if (input.PersistentChat && input.RelatedContactId !== undefined) {
    throw refusal('A chat takes either RelatedContactId or PersistentChat, not both.');
  }
  return input;
}

/** Plain text only, as for `SendMessage`. */
function readMessage({ ContentType, Content }: Readonly<Record<string, unknown>>): string {
  if (ContentType !== 'text/plain') throw invalid('InitialMessage.ContentType must be text/plain.');
  return limited('InitialMessage.Content', Content, 1, LONGEST_MESSAGE);
}

function readAttributes(attributes: Readonly<Record<string, unknown>>, shortest: number): Record<string, string> {
  const entries = Object.entries(attributes).map(([name, value]): [string, string] => {
    if (!/^[\w-]+$/.test(name)) throw invalid(`"${name}" is not an attribute name: letters, digits, "-" and "_" only.`);
    return [name, limited(`Attributes.${name}`, value, shortest, 32_767)];
  });
  if (Buffer.byteLength(entries.flat().join('')) > MAX_ATTRIBUTE_BYTES) {
    throw invalid(`The attributes are longer than ${MAX_ATTRIBUTE_BYTES} bytes.`);
  }
  return Object.fromEntries(entries);
}
