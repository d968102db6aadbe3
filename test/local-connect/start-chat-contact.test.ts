import { describe, expect, jest, test } from '@jest/globals';
import {
  ACTIVE_CHAT,
  C1,
  C3,
  type Contact,
  CUSTOMER_ID,
  type LocalConnect,
  type LocalConnectOptions,
  NEW_CHAT,
  PAST_VOICE_CALL,
  PERSISTENT_CHAT,
} from '../../local/connect/index.ts';
import {
  ALL_FROM_C1,
  associate,
  INVALID_PARAMETER,
  INVALID_REQUEST,
  NOT_FOUND,
  type Outcome,
  refused,
  SEGMENT_C2,
  start,
  startChat,
  succeeded,
  UUID_V4,
} from './support.ts';

/** The contact that an answer of `StartChatContact` names. */
function started(connect: LocalConnect, { body }: Outcome): Contact | undefined {
  return connect.contacts.get((body as { ContactId: string }).ContactId);
}

describe('StartChatContact', () => {
  test('answers the ids of a new contact and its participant', async () => {
    const id = expect.stringMatching(UUID_V4);
    expect(await startChat(await start())).toEqual(
      succeeded({ ContactId: id, ParticipantId: id, ParticipantToken: expect.stringMatching(/./) }),
    );
  });

  test('adds an active web chat without a customer', async () => {
    const connect = await start();
    expect(started(connect, await startChat(connect))).toEqual({
      Id: expect.stringMatching(UUID_V4),
      Channel: 'CHAT',
      InitiationMethod: 'API',
      InitiationTimestamp: expect.any(Date),
      Attributes: {},
      SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Chat' } },
    });
  });

  test('keeps attributes, customer id and segment attributes', async () => {
    const connect = await start();
    const members = {
      Attributes: { sourceContactId: C1 },
      CustomerId: CUSTOMER_ID,
      SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:SMS' } },
    };
    expect(started(connect, await startChat(connect, members))).toMatchObject(members);
  });

  test.each([
    ['no InstanceId', { InstanceId: undefined }],
    ['no ContactFlowId', { ContactFlowId: undefined }],
    ['a ContactFlowId of 501 characters', { ContactFlowId: 'x'.repeat(501) }],
    ['no ParticipantDetails', { ParticipantDetails: undefined }],
    ['a DisplayName of 257 characters', { ParticipantDetails: { DisplayName: 'x'.repeat(257) } }],
    ['a CustomerId of 129 characters', { CustomerId: 'x'.repeat(129) }],
    ['an empty CustomerId', { CustomerId: '' }],
    ['attributes that are an array', { Attributes: ['a'] }],
    ['an attribute that is a number', { Attributes: { a: 1 } }],
    ['an attribute name with a space', { Attributes: { 'a b': '1' } }],
    ['attributes of 32769 bytes', { Attributes: { a: 'x'.repeat(16_384), b: 'x'.repeat(16_383) } }],
    ['a segment attribute without ValueString', { SegmentAttributes: { 'connect:Subtype': 'connect:SMS' } }],
    ['a ClientToken of 501 characters', { ClientToken: 'x'.repeat(501) }],
    ['a PersistentChat without type', { PersistentChat: { SourceContactId: C1 } }],
    ['a PersistentChat without source', { PersistentChat: { RehydrationType: 'FROM_SEGMENT' } }],
    ['a RelatedContactId of 257 characters', { RelatedContactId: 'x'.repeat(257) }],
  ])('refuses %s', async (_, members) => {
    const connect = await start();
    const before = connect.contacts.size;
    expect(await startChat(connect, members)).toEqual(INVALID_PARAMETER);
    expect(connect.contacts.size).toBe(before);
  });

  test('accepts attributes of 32768 bytes', async () => {
    const Attributes = { a: 'x'.repeat(16_383), b: 'x'.repeat(16_383) };
    expect((await startChat(await start(), { Attributes })).status).toBe(200);
  });

  test("does not mind another operation's ClientToken", async () => {
    const connect = await start();
    const ClientToken = 'token';
    await associate(connect, NEW_CHAT, { ...ALL_FROM_C1, ClientToken });
    expect((await startChat(connect, { ClientToken })).status).toBe(200);
  });

  test('answers a repeated ClientToken with the same chat, and refuses it with another input', async () => {
    const connect = await start();
    const first = await startChat(connect, { ClientToken: 'token' });
    expect(await startChat(connect, { ClientToken: 'token' })).toEqual(first);
    expect(await startChat(connect, { ClientToken: 'token', CustomerId: CUSTOMER_ID })).toEqual(INVALID_REQUEST);
  });
});

describe('PersistentChat', () => {
  test('continues a past session: answer, related contact and attributes say so', async () => {
    const connect = await start();
    const answer = await startChat(connect, { PersistentChat: ALL_FROM_C1, Attributes: { topic: 'new order' } });
    expect(answer.body).toMatchObject({ ContinuedFromContactId: C3 });
    expect(started(connect, answer)).toMatchObject({
      RelatedContactId: C3,
      Attributes: { topic: 'new order', customerId: CUSTOMER_ID, surveyScore: '5' },
    });
  });

  test('is the one time that a chat becomes persistent', async () => {
    const connect = await start();
    const { Id = '' } = started(connect, await startChat(connect, { PersistentChat: ALL_FROM_C1 })) ?? {};
    const already = refused(400, 'InvalidRequestException', /already persistent/);
    expect(await associate(connect, Id, SEGMENT_C2)).toEqual(already);
  });

  test.each<[string, LocalConnectOptions, string, Outcome]>([
    ['that does not exist', {}, 'no-such-contact', NOT_FOUND],
    ['that is a call', {}, PAST_VOICE_CALL, INVALID_REQUEST],
    ['that has not ended', {}, ACTIVE_CHAT, INVALID_REQUEST],
    ['within the transcript delay', { transcriptDelaySeconds: 86_400 * 2 }, C1, INVALID_REQUEST],
    ['that another chat continues, with sourceTwice: refuse', { sourceTwice: 'refuse' }, C3, INVALID_REQUEST],
  ])('is refused for a source %s, and no chat is started', async (_, options, SourceContactId, refusal) => {
    const onChatStarted = jest.fn<() => void>();
    const connect = await start({ ...options, onChatStarted });
    const before = connect.contacts.size;
    const PersistentChat = { RehydrationType: 'FROM_SEGMENT', SourceContactId };
    expect(await startChat(connect, { PersistentChat })).toEqual(refusal);
    expect([connect.contacts.size, onChatStarted.mock.calls]).toEqual([before, []]);
  });

  test('is refused together with RelatedContactId', async () => {
    const members = { PersistentChat: ALL_FROM_C1, RelatedContactId: C1 };
    expect(await startChat(await start(), members)).toEqual(INVALID_REQUEST);
  });
});

describe('RelatedContactId', () => {
  test('links the chat without making it persistent', async () => {
    const connect = await start();
    const { Id = '', ...chat } = started(connect, await startChat(connect, { RelatedContactId: NEW_CHAT })) ?? {};
    expect(chat).toMatchObject({ RelatedContactId: NEW_CHAT, Attributes: { customerId: CUSTOMER_ID } });
    expect((await associate(connect, Id, ALL_FROM_C1)).status).toBe(200);
  });

  test('is refused for a contact that does not exist', async () => {
    expect(await startChat(await start(), { RelatedContactId: 'no-such-contact' })).toEqual(NOT_FOUND);
  });
});

describe('onChatStarted', () => {
  test("is called with the server's own contact, and the answer does not wait for it", async () => {
    const flow = Promise.withResolvers<[Contact, LocalConnect]>();
    const connect = await start({
      onChatStarted: (...args) => {
        flow.resolve(args);
        return new Promise(() => {});
      },
    });
    const chat = started(connect, await startChat(connect));
    const [contact, server] = await flow.promise;
    expect([contact === chat, server === connect]).toEqual([true, true]);
  });

  test('is called after the request was recorded', async () => {
    const recorded = Promise.withResolvers<string[]>();
    const onChatStarted = (_: Contact, { calls }: LocalConnect) => recorded.resolve(calls.map(call => call.operation));
    await startChat(await start({ onChatStarted }));
    expect(await recorded.promise).toEqual(['StartChatContact']);
  });

  test('is called once for a repeated ClientToken', async () => {
    const flows: string[] = [];
    const connect = await start({ onChatStarted: ({ Id }) => void flows.push(Id) });
    const token = { ClientToken: 'token' };
    const chats = [await startChat(connect, token), await startChat(connect, token), await startChat(connect)];
    // Each chat is reported before the next request is answered, but the last one's may be due.
    while (flows.length < 2) await new Promise(setImmediate);
    expect(flows).toEqual([chats[0], chats[2]].map(chat => chat && started(connect, chat)?.Id));
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('no flow');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no flow'))],
  ])('that %s is reported to onError, and the server goes on', async (_, onChatStarted) => {
    const reported = Promise.withResolvers<unknown>();
    const connect = await start({ onChatStarted, onError: reported.resolve });
    await startChat(connect);
    expect(await reported.promise).toMatchObject({ message: 'no flow' });
    expect((await startChat(connect)).status).toBe(200);
  });
});

describe('The persistent chat of the sample data', () => {
  test('is refused as already persistent', async () => {
    const already = refused(400, 'InvalidRequestException', /already persistent/);
    expect(await associate(await start(), PERSISTENT_CHAT, ALL_FROM_C1)).toEqual(already);
  });
});
