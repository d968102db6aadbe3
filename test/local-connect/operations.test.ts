import { describe, expect, test } from '@jest/globals';
import * as sample from '../../local/connect/index.ts';
import * as support from './support.ts';

const { ACTIVE_CHAT, C1, C2, C3, CUSTOMER_ID, INSTANCE_ID, NEW_CHAT, SURVEY, TRANSFERRED_CHAT } = sample;
const { ALL_FROM_C1, ask, associate, changed, continuedFrom, start, startChat, succeeded } = support;
const { INVALID_PARAMETER, INVALID_REQUEST, NOT_FOUND, SEGMENT_C2 } = support;

const SEGMENT_C1 = { ...SEGMENT_C2, SourceContactId: C1 };
const all = (SourceContactId: string) => ({ ...ALL_FROM_C1, SourceContactId });
const ALREADY = support.refused(400, 'InvalidRequestException', /already persistent/);
const NOT_ENDED = support.refused(400, 'InvalidRequestException', /session has not ended/);
const SegmentAttributes = { 'connect:Subtype': { ValueString: 'connect:Chat' } };
const NOW = new Date('2026-01-02T03:04:05.678Z');
const ARN = `arn:aws:connect:us-east-1:111122223333:instance/${INSTANCE_ID}/contact`;

describe('Rehydration', () => {
  const SAMPLE = changed('', {});
  const C2_LATE = changed(C2, { DisconnectTimestamp: new Date() });
  const C3_ACTIVE = changed(C3, { DisconnectTimestamp: undefined });

  test.each<[string, sample.Contact[], string, object, support.Outcome | string]>([
    ['of an entire session continues its most recently ended chat', SAMPLE, NEW_CHAT, ALL_FROM_C1, C3],
    ['goes by the end of contacts, not their order', C2_LATE, NEW_CHAT, ALL_FROM_C1, C2],
    ['passes over past contacts that are not chats', changed(C3, { Channel: 'TASK' }), NEW_CHAT, ALL_FROM_C1, C2],
    ['from a segment continues exactly that contact', SAMPLE, NEW_CHAT, SEGMENT_C2, C2],
    ['continues in a transferred chat', SAMPLE, TRANSFERRED_CHAT, ALL_FROM_C1, C3],
    ['continues with another related contact', changed(NEW_CHAT, { RelatedContactId: C1 }), NEW_CHAT, ALL_FROM_C1, C3],
    [
      'is refused for an entire session by another than its initial contact',
      SAMPLE,
      NEW_CHAT,
      all(C2),
      INVALID_REQUEST,
    ],
    ['is refused for a session with an active contact', C3_ACTIVE, NEW_CHAT, ALL_FROM_C1, NOT_ENDED],
    ['is refused for a segment of such a session', C3_ACTIVE, NEW_CHAT, SEGMENT_C2, NOT_ENDED],
    ['is refused for a contact that does not exist', SAMPLE, 'no-such-contact', SEGMENT_C2, NOT_FOUND],
    ['is refused for a call', SAMPLE, sample.VOICE_CALL, SEGMENT_C2, INVALID_REQUEST],
    ['is refused for a contact that has ended', SAMPLE, sample.OTHER_CUSTOMERS_CHAT, SEGMENT_C2, INVALID_REQUEST],
  ])('%s', async (_, contacts, current, members, expected) => {
    const outcome = typeof expected === 'string' ? continuedFrom(expected) : expected;
    expect(await associate(await start({ contacts }), current, members)).toEqual(outcome);
  });

  test.each([
    ['that does not exist', 'no-such-contact', NOT_FOUND],
    ['that is a call', sample.PAST_VOICE_CALL, INVALID_REQUEST],
    ['that has not ended', ACTIVE_CHAT, NOT_ENDED],
    ['that was transferred while its session goes on', sample.TRANSFERRED_CHAT_FIRST, NOT_ENDED],
    ["of the current contact's own session", SURVEY, NOT_ENDED],
  ])('is refused for a source %s, by either operation', async (_, SourceContactId, refusal) => {
    const connect = await start();
    const members = { ...SEGMENT_C2, SourceContactId };
    expect(await associate(connect, NEW_CHAT, members)).toEqual(refusal);
    const before = connect.contacts.size;
    expect(await startChat(connect, { PersistentChat: members })).toEqual(refusal);
    expect(connect.contacts.size).toBe(before);
  });

  test('is refused within the transcript delay, and not after it', async () => {
    const contacts = changed(C3, { DisconnectTimestamp: new Date(Date.now() - 20_000) });
    const early = await start({ contacts, transcriptDelaySeconds: 60 });
    expect(await associate(early, NEW_CHAT, SEGMENT_C2)).toEqual(INVALID_REQUEST);
    const late = await start({ contacts, transcriptDelaySeconds: 10 });
    expect(await associate(late, NEW_CHAT, SEGMENT_C2)).toEqual(continuedFrom(C2));
  });

  test('shows the continued contact and those of its attributes that the chat itself has not', async () => {
    const contacts = changed(NEW_CHAT, { Attributes: { topic: 'new order' } });
    const connect = await start({ contacts });
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    const Attributes = { topic: 'new order', customerId: CUSTOMER_ID, surveyScore: '5' };
    expect(connect.contacts.get(NEW_CHAT)).toMatchObject({ RelatedContactId: C3, Attributes });
    // The server changes copies of its own.
    expect(contacts.find(({ Id }) => Id === NEW_CHAT)).not.toHaveProperty('RelatedContactId');
  });

  test('makes a chat persistent once, by either operation', async () => {
    const connect = await start();
    await associate(connect, NEW_CHAT, { ...ALL_FROM_C1, ClientToken: 'one' });
    expect(await associate(connect, NEW_CHAT, { ...ALL_FROM_C1, ClientToken: 'two' })).toEqual(ALREADY);
    const { body } = await startChat(connect, { PersistentChat: ALL_FROM_C1 });
    expect(body).toMatchObject({ ContinuedFromContactId: C3 });
    expect(await associate(connect, (body as { ContactId: string }).ContactId, SEGMENT_C2)).toEqual(ALREADY);
  });

  test('of one source for two chats is allowed, or refused as told, but not of another segment', async () => {
    const connect = await start();
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    expect(await associate(connect, TRANSFERRED_CHAT, ALL_FROM_C1)).toEqual(continuedFrom(C3));
    const strict = await start({ sourceTwice: 'refuse' });
    await associate(strict, NEW_CHAT, SEGMENT_C2);
    expect(await associate(strict, TRANSFERRED_CHAT, SEGMENT_C2)).toEqual(INVALID_REQUEST);
    expect(await startChat(strict, { PersistentChat: SEGMENT_C2 })).toEqual(INVALID_REQUEST);
    expect(await associate(strict, TRANSFERRED_CHAT, SEGMENT_C1)).toEqual(continuedFrom(C1));
  });
});

test('A ClientToken that was refused is unused; then it gives the same answer again, and none to another request', async () => {
  const connect = await start();
  const members = { ...ALL_FROM_C1, ClientToken: 'token' };
  await associate(connect, NEW_CHAT, { ...members, SourceContactId: ACTIVE_CHAT });
  for (const _ of '12') expect(await associate(connect, NEW_CHAT, members)).toEqual(continuedFrom(C3));
  const other = support.refused(400, 'InvalidRequestException', /already used/);
  for (const change of [{ RehydrationType: 'FROM_SEGMENT' }, { SourceContactId: C3 }]) {
    expect(await associate(connect, NEW_CHAT, { ...members, ...change })).toEqual(other);
  }
  expect(await associate(connect, sample.FIRST_TIME_CHAT, members)).toEqual(other);
});

describe('StartChatContact', () => {
  /** The contact that an answer names. */
  const started = (connect: sample.LocalConnect, { body }: support.Outcome) =>
    connect.contacts.get((body as { ContactId: string }).ContactId);

  test('adds an active web chat with what was given, as long as may be, and answers its ids', async () => {
    const connect = await start();
    const id = expect.stringMatching(support.UUID_V4);
    const members = { Attributes: { a: 'x'.repeat(16_383), b: 'x'.repeat(16_383) }, CustomerId: CUSTOMER_ID };
    const answer = await startChat(connect, members);
    expect(answer).toEqual(succeeded({ ContactId: id, ParticipantId: id, ParticipantToken: expect.any(String) }));
    const chat = { Channel: 'CHAT', InitiationMethod: 'API', InitiationTimestamp: expect.any(Date), SegmentAttributes };
    expect(started(connect, answer)).toEqual({ Id: id, ...chat, ...members });
  });

  test.each([
    ['no ContactFlowId', { ContactFlowId: undefined }],
    ['no ParticipantDetails', { ParticipantDetails: undefined }],
    ['an empty CustomerId', { CustomerId: '' }],
    ['an attribute name with a space', { Attributes: { 'a b': '1' } }],
    ['attributes of 32769 bytes', { Attributes: { a: 'x'.repeat(16_384), b: 'x'.repeat(16_383) } }],
    ['a segment attribute without ValueString', { SegmentAttributes: { 'connect:Subtype': 'connect:SMS' } }],
    ['a PersistentChat without type', { PersistentChat: { SourceContactId: C1 } }],
    ['a RelatedContactId of nobody', { RelatedContactId: 'no-such-contact' }, NOT_FOUND],
    ['PersistentChat and RelatedContactId', { PersistentChat: ALL_FROM_C1, RelatedContactId: C1 }, INVALID_REQUEST],
  ])('refuses %s', async (_, members, refusal = INVALID_PARAMETER) => {
    const connect = await start();
    const before = connect.contacts.size;
    expect(await startChat(connect, members)).toEqual(refusal);
    expect(connect.contacts.size).toBe(before);
  });

  test('links a chat to its RelatedContactId without making it persistent', async () => {
    const connect = await start();
    const { Id = '', ...chat } = started(connect, await startChat(connect, { RelatedContactId: NEW_CHAT })) ?? {};
    expect(chat).toMatchObject({ RelatedContactId: NEW_CHAT, Attributes: { customerId: CUSTOMER_ID } });
    expect((await associate(connect, Id, ALL_FROM_C1)).status).toBe(200);
  });

  test("runs a chat's flow once for a ClientToken, after the request was recorded, and does not wait", async () => {
    const flows: unknown[] = [];
    const connect = await start({
      onChatStarted: (contact, _, { calls, contacts }) => {
        flows.push([contact.Id, contacts.get(contact.Id) === contact, calls.length]);
        return flows.length === 1 ? Promise.reject(new Error('no flow')) : new Promise(() => {});
      },
      onError: error => flows.push(error),
    });
    const first = await startChat(connect, { ClientToken: 'token' });
    expect(await startChat(connect, { ClientToken: 'token' })).toEqual(first);
    const other = await startChat(connect);
    // Each chat is reported before the next request is answered, but the last one's may be due.
    while (flows.length < 3) await new Promise(setImmediate);
    const id = (answer: support.Outcome) => started(connect, answer)?.Id;
    expect(flows).toEqual([[id(first), true, 1], new Error('no flow'), [id(other), true, 3]]);
  });
});

test('StopContact ends an active contact, so that its session can be continued, and answers 410 after that', async () => {
  const connect = await start();
  const stop = (body: object) => ask(connect, 'POST', '/contact/stop', body);
  expect(await stop({ InstanceId: INSTANCE_ID, ContactId: ACTIVE_CHAT })).toEqual(succeeded({}));
  expect(await associate(connect, NEW_CHAT, all(ACTIVE_CHAT))).toEqual(continuedFrom(ACTIVE_CHAT));
  for (const ContactId of [ACTIVE_CHAT, 'no-such-contact']) {
    const notFound = support.refused(410, 'ContactNotFoundException');
    expect(await stop({ InstanceId: INSTANCE_ID, ContactId })).toEqual(notFound);
  }
  expect(await stop({ ContactId: C2 })).toEqual(INVALID_PARAMETER);
});

test('DescribeContact answers timestamps in seconds, and nothing that the service model has not', async () => {
  const connect = await start({ contacts: sample.sampleContacts(NOW) });
  await associate(connect, NEW_CHAT, SEGMENT_C1);
  const chat = {
    Channel: 'CHAT',
    InitiationMethod: 'API',
    InitiationTimestamp: NOW.getTime() / 1000,
    SegmentAttributes,
  };
  const customer = { CustomerId: CUSTOMER_ID, Attributes: { customerId: CUSTOMER_ID, topic: 'late delivery' } };
  const Contact = { Arn: `${ARN}/${NEW_CHAT}`, Id: NEW_CHAT, ...chat, ...customer, RelatedContactId: C1 };
  expect(await support.describeContact(connect, NEW_CHAT)).toEqual(succeeded({ Contact }));
});

describe('ListAssociatedContacts', () => {
  type Page = { ContactSummaryList: { ContactId: string }[]; NextToken?: string };
  const list = (connect: sample.LocalConnect, query: Record<string, string>) =>
    ask(connect, 'GET', `/contact/associated/${INSTANCE_ID}?${new URLSearchParams(query)}`);
  const ids = ({ body }: support.Outcome) => (body as Page).ContactSummaryList.map(summary => summary.ContactId);

  test('summarises a contact as the service model has it, without agent, customer and attributes', async () => {
    const contacts = sample.sampleContacts(NOW).filter(({ Id }) => Id === C2);
    const ids = { ContactId: C2, ContactArn: `${ARN}/${C2}`, InitialContactId: C1, PreviousContactId: C1 };
    const [InitiationTimestamp, DisconnectTimestamp] = [20, 2].map(minutes =>
      expect.closeTo(NOW.getTime() / 1000 - 86_400 - minutes * 60, 3),
    );
    const chat = { InitiationMethod: 'TRANSFER', Channel: 'CHAT', InitiationTimestamp, DisconnectTimestamp };
    const answer = await list(await start({ contacts }), { contactId: C2 });
    expect(answer).toEqual(succeeded({ ContactSummaryList: [{ ...ids, ...chat }] }));
  });

  test('lists a session and those that are linked through RelatedContactId, from any of its contacts', async () => {
    const alone = await start({ contacts: changed(sample.PERSISTENT_CHAT, { RelatedContactId: undefined }) });
    for (const contactId of [C1, C2, C3]) expect(ids(await list(alone, { contactId }))).toEqual([C1, C2, C3]);
    const connect = await start();
    expect(ids(await list(connect, { contactId: C1 }))).toEqual([C1, C2, C3, sample.PERSISTENT_CHAT]);
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    const tree = [C1, C2, C3, NEW_CHAT, SURVEY, sample.PERSISTENT_CHAT];
    expect(ids(await list(connect, { contactId: SURVEY }))).toEqual(tree);
  });

  test.each([
    [{ maxResults: '33' }, 4],
    [{ maxResults: '100' }, 2],
    [{}, 2],
  ])('gives 101 contacts once, over pages of %j', async (members, pages) => {
    const [any] = changed('', {}) as [sample.Contact];
    const contacts = Array.from({ length: 101 }, (_, i) => ({ ...any, Id: `${i}`, InitialContactId: '0' }));
    const connect = await start({ contacts });
    const answers: support.Outcome[] = [];
    for (let next: string | undefined = ''; next !== undefined; ) {
      const answer = await list(connect, { contactId: '0', ...members, ...(next && { nextToken: next }) });
      answers.push(answer);
      next = (answer.body as Page).NextToken;
    }
    expect(answers).toHaveLength(pages);
    expect(answers.flatMap(ids)).toEqual(contacts.map(({ Id }) => Id));
  });

  test.each([
    ['an unknown contact', { contactId: 'no-such-contact' }, NOT_FOUND],
    ['maxResults 101', { maxResults: '101' }],
    ['an empty nextToken', { nextToken: '' }],
    // Its tree has two contacts, so that only the token's owner is wrong.
    ["another contact's nextToken", { nextToken: Buffer.from(`1 ${NEW_CHAT}`).toString('base64url') }],
  ])('refuses %s', async (_, query, refusal = INVALID_PARAMETER) => {
    expect(await list(await start(), { contactId: C1, ...query })).toEqual(refusal);
  });
});
