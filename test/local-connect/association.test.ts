import { describe, expect, test } from '@jest/globals';
import {
  ACTIVE_CHAT,
  C1,
  C2,
  C3,
  CUSTOMER_ID,
  FIRST_TIME_CHAT,
  NEW_CHAT,
  NEW_SMS,
  OTHER_CUSTOMERS_CHAT,
  PAST_SMS,
  PAST_VOICE_CALL,
  PERSISTENT_CHAT,
  SURVEY,
  TRANSFERRED_CHAT,
  TRANSFERRED_CHAT_FIRST,
  VOICE_CALL,
} from '../../local/connect/index.ts';
import {
  ALL_FROM_C1,
  associate,
  changed,
  continuedFrom,
  INVALID_REQUEST,
  NOT_FOUND,
  refused,
  SEGMENT_C2,
  start,
} from './support.ts';

describe('Rehydration', () => {
  test('of an entire past session continues its most recently ended chat contact', async () => {
    expect(await associate(await start(), NEW_CHAT, ALL_FROM_C1)).toEqual(continuedFrom(C3));
  });

  test('of an entire past session goes by the end of the contacts, not by their order', async () => {
    const contacts = changed(C2, { DisconnectTimestamp: new Date() });
    expect(await associate(await start({ contacts }), NEW_CHAT, ALL_FROM_C1)).toEqual(continuedFrom(C2));
  });

  test('of an entire past session passes over contacts that are not chats', async () => {
    const contacts = changed(C3, { Channel: 'TASK' });
    expect(await associate(await start({ contacts }), NEW_CHAT, ALL_FROM_C1)).toEqual(continuedFrom(C2));
  });

  test('from a segment continues exactly that contact', async () => {
    expect(await associate(await start(), NEW_CHAT, SEGMENT_C2)).toEqual(continuedFrom(C2));
  });

  test("of an entire past session needs the session's initial contact", async () => {
    const members = { ...ALL_FROM_C1, SourceContactId: C2 };
    expect(await associate(await start(), NEW_CHAT, members)).toEqual(INVALID_REQUEST);
  });

  test('works for a transferred contact and for SMS', async () => {
    const connect = await start();
    expect(await associate(connect, TRANSFERRED_CHAT, ALL_FROM_C1)).toEqual(continuedFrom(C3));
    const pastSms = { RehydrationType: 'ENTIRE_PAST_SESSION', SourceContactId: PAST_SMS };
    expect(await associate(connect, NEW_SMS, pastSms)).toEqual(continuedFrom(PAST_SMS));
  });

  test.each([
    ['that does not exist', 'no-such-contact', NOT_FOUND],
    ['that is a call', PAST_VOICE_CALL, INVALID_REQUEST],
    ['that has not ended', ACTIVE_CHAT, INVALID_REQUEST],
    ['that was transferred while its session goes on', TRANSFERRED_CHAT_FIRST, INVALID_REQUEST],
    ["of the current contact's own session", SURVEY, INVALID_REQUEST],
    ['that is the current contact', NEW_CHAT, INVALID_REQUEST],
  ])('is refused for a source %s', async (_, SourceContactId, refusal) => {
    const connect = await start();
    expect(await associate(connect, NEW_CHAT, { ...SEGMENT_C2, SourceContactId })).toEqual(refusal);
  });

  test('is refused while any contact of the past session is active', async () => {
    const connect = await start({ contacts: changed(C3, { DisconnectTimestamp: undefined }) });
    const notEnded = refused(400, 'InvalidRequestException', /session has not ended/);
    expect(await associate(connect, NEW_CHAT, ALL_FROM_C1)).toEqual(notEnded);
    expect(await associate(connect, NEW_CHAT, SEGMENT_C2)).toEqual(notEnded);
  });

  test('is refused within the transcript delay, and not after it', async () => {
    const justEnded = changed(C3, { DisconnectTimestamp: new Date(Date.now() - 20_000) });
    const early = await start({ contacts: justEnded, transcriptDelaySeconds: 60 });
    expect(await associate(early, NEW_CHAT, SEGMENT_C2)).toEqual(INVALID_REQUEST);
    const late = await start({ contacts: justEnded, transcriptDelaySeconds: 10 });
    expect(await associate(late, NEW_CHAT, SEGMENT_C2)).toEqual(continuedFrom(C2));
  });
});

describe('The current contact', () => {
  test.each([
    ['does not exist', 'no-such-contact', NOT_FOUND],
    ['is a call', VOICE_CALL, INVALID_REQUEST],
    ['has ended', OTHER_CUSTOMERS_CHAT, INVALID_REQUEST],
  ])('is refused if it %s', async (_, contactId, refusal) => {
    expect(await associate(await start(), contactId, SEGMENT_C2)).toEqual(refusal);
  });

  test('shows the continued contact as its related contact, as the chat that already was persistent does', async () => {
    const connect = await start();
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    const related = [...connect.contacts.values()].filter(contact => contact.RelatedContactId !== undefined);
    expect(related.map(contact => [contact.Id, contact.RelatedContactId])).toEqual([
      [NEW_CHAT, C3],
      [PERSISTENT_CHAT, C3],
    ]);
  });

  test("takes the related contact's attributes where it has none of that name", async () => {
    const connect = await start({ contacts: changed(NEW_CHAT, { Attributes: { topic: 'new order' } }) });
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    expect(connect.contacts.get(NEW_CHAT)?.Attributes).toEqual({
      topic: 'new order',
      customerId: CUSTOMER_ID,
      surveyScore: '5',
    });
  });

  test('becomes persistent once', async () => {
    const connect = await start();
    await associate(connect, NEW_CHAT, { ...ALL_FROM_C1, ClientToken: 'one' });
    expect(await associate(connect, NEW_CHAT, { ...ALL_FROM_C1, ClientToken: 'two' })).toEqual(INVALID_REQUEST);
    expect(await associate(connect, NEW_CHAT, ALL_FROM_C1)).toEqual(INVALID_REQUEST);
  });

  test('is refused if StartChatContact already made it persistent', async () => {
    const contacts = changed(NEW_CHAT, { persistent: true, RelatedContactId: OTHER_CUSTOMERS_CHAT });
    expect(await associate(await start({ contacts }), NEW_CHAT, ALL_FROM_C1)).toEqual(INVALID_REQUEST);
  });

  test('is not refused for a related contact that is there for another reason', async () => {
    const contacts = changed(NEW_CHAT, { RelatedContactId: VOICE_CALL });
    expect(await associate(await start({ contacts }), NEW_CHAT, ALL_FROM_C1)).toEqual(continuedFrom(C3));
  });
});

describe('One source for two chats', () => {
  test('is allowed unless told otherwise', async () => {
    const connect = await start();
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    expect(await associate(connect, TRANSFERRED_CHAT, ALL_FROM_C1)).toEqual(continuedFrom(C3));
  });

  test('is refused with sourceTwice: refuse, while another segment is not', async () => {
    const connect = await start({ sourceTwice: 'refuse' });
    await associate(connect, NEW_CHAT, SEGMENT_C2);
    expect(await associate(connect, TRANSFERRED_CHAT, SEGMENT_C2)).toEqual(INVALID_REQUEST);
    const other = { ...SEGMENT_C2, SourceContactId: C1 };
    expect(await associate(connect, TRANSFERRED_CHAT, other)).toEqual(continuedFrom(C1));
  });
});

describe('A ClientToken', () => {
  test('gives the same answer again for the same input', async () => {
    const connect = await start();
    const members = { ...ALL_FROM_C1, ClientToken: 'token' };
    await associate(connect, NEW_CHAT, members);
    expect(await associate(connect, NEW_CHAT, members)).toEqual(continuedFrom(C3));
  });

  test('is refused with another source, type or contact', async () => {
    const connect = await start();
    const ClientToken = 'token';
    await associate(connect, NEW_CHAT, { ...ALL_FROM_C1, ClientToken });
    expect(await associate(connect, NEW_CHAT, { ...SEGMENT_C2, SourceContactId: C1, ClientToken })).toEqual(
      INVALID_REQUEST,
    );
    expect(await associate(connect, NEW_CHAT, { ...ALL_FROM_C1, SourceContactId: C3, ClientToken })).toEqual(
      INVALID_REQUEST,
    );
    expect(await associate(connect, FIRST_TIME_CHAT, { ...ALL_FROM_C1, ClientToken })).toEqual(INVALID_REQUEST);
  });

  test('is not used up by a refused request', async () => {
    const connect = await start();
    const ClientToken = 'token';
    await associate(connect, NEW_CHAT, { ...SEGMENT_C2, SourceContactId: ACTIVE_CHAT, ClientToken });
    expect(await associate(connect, NEW_CHAT, { ...ALL_FROM_C1, ClientToken })).toEqual(continuedFrom(C3));
  });
});
