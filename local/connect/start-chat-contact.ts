import { randomUUID } from 'node:crypto';
import { type Contact, knownContact, linkContact } from './contact.ts';
import { onceForToken } from './idempotency.ts';
import { makePersistent } from './rehydration.ts';
import type { ConnectRequest } from './request.ts';
import { readStartChatInput, type StartChatInput } from './start-chat-input.ts';
import type { ConnectState } from './state.ts';

/**
 * `StartChatContact`: adds a chat. `PersistentChat` makes it persistent by the same rules as the association. The
 * request has no member for a customer endpoint, so a chat started with the subtype `connect:SMS` has none either.
 */
export function startChatContact(state: ConnectState, request: ConnectRequest): object {
  const input = readStartChatInput(request);
  return onceForToken(state.earlierAnswers, 'StartChatContact', input, () => {
    const chat = newChat(input);
    // Assumed: a RelatedContactId links the chat as a rehydration does, but does not make it persistent.
    if (input.RelatedContactId !== undefined) linkContact(chat, knownContact(state.contacts, input.RelatedContactId));
    const continued = input.PersistentChat && makePersistent(state, chat, input.PersistentChat);
    state.contacts.set(chat.Id, chat);
    state.chatStarted(chat);
    return {
      ContactId: chat.Id,
      ParticipantId: randomUUID(),
      ParticipantToken: randomUUID(),
      ContinuedFromContactId: continued,
    };
  });
}

function newChat({ CustomerId, Attributes, SegmentAttributes }: StartChatInput): Contact {
  return {
    Id: randomUUID(),
    Channel: 'CHAT',
    InitiationMethod: 'API',
    InitiationTimestamp: new Date(),
    CustomerId,
    Attributes,
    SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Chat' }, ...SegmentAttributes },
  };
}
