import { describe, expect, test } from '@jest/globals';
import * as sample from './index.ts';
import * as support from './test-support.ts';

const { ACTIVE_CHAT, C1, C2, C3, CUSTOMER_ID, INSTANCE_ID, NEW_CHAT, SURVEY, TRANSFERRED_CHAT } = sample;
const { after, ALL_FROM_C1, ask, associate, changed, continuedFrom, refused, SEGMENT_C2, start, startChat } = support;
const { INVALID_PARAMETER, INVALID_REQUEST, NOT_FOUND, succeeded } = support;

const from = (SourceContactId: string) => ({ ...SEGMENT_C2, SourceContactId });
const ALREADY = refused(400, 'InvalidRequestException', /already persistent/);
const NOT_ENDED = refused(400, 'InvalidRequestException', /session has not ended/);
const OTHER_INPUT = refused(400, 'InvalidRequestException', /already used/);
const SegmentAttributes = { 'connect:Subtype': { ValueString: 'connect:Chat' } };
const NOW = new Date('2026-01-02T03:04:05.678Z');
const ARN = `arn:aws:connect:us-east-1:111122223333:instance/${INSTANCE_ID}/contact`;
const C2_LATE = { DisconnectTimestamp: new Date() };
const RELATED = changed(NEW_CHAT, { RelatedContactId: C1 });

type Page = { ContactSummaryList: { ContactId: string }[]; NextToken?: string };
const list = (connect: sample.LocalConnect, query: Record<string, string>) =>
  ask(connect, 'GET', `/contact/associated/${INSTANCE_ID}?${new URLSearchParams(query)}`);
const listed = ({ body }: support.Outcome) => (body as Page).ContactSummaryList.map(summary => summary.ContactId);
const stop = (connect: sample.LocalConnect, body: object) => ask(connect, 'POST', '/contact/stop', body);
const idOf = ({ body }: support.Outcome) => (body as { ContactId: string }).ContactId;

describe('Rehydration', () => {
  test.each<[string, string, object, sample.LocalConnectOptions?, string?]>([
    // So does the sample data's persistent chat: two may continue one source.
    ['of an entire session continues its most recently ended chat', C3, ALL_FROM_C1],
    ['goes by the end of contacts, not their order', C2, ALL_FROM_C1, { contacts: changed(C2, C2_LATE) }],
    ['passes over contacts that are no chats', C2, ALL_FROM_C1, { contacts: changed(C3, { Channel: 'TASK' }) }],
    ['from a segment continues exactly that contact', C2, SEGMENT_C2],
    ['of another segment than one that is continued', C2, SEGMENT_C2, { sourceTwice: 'refuse' }],
    ['continues with another related contact', C3, ALL_FROM_C1, { contacts: RELATED }],
    ['continues after the transcript delay', C3, ALL_FROM_C1, { transcriptDelaySeconds: 80_000 }],
    ['continues in a transferred chat', C3, ALL_FROM_C1, {}, TRANSFERRED_CHAT],
  ])('%s', async (...[, continued, members, options, current = NEW_CHAT]) => {
    expect(await associate(await start(options), current, members)).toEqual(continuedFrom(continued));
  });

  test('shows the continued contact and those of its attributes that the chat does not have', async () => {
    const contacts = changed(NEW_CHAT, { Attributes: { topic: 'new order' } });
    const connect = await start({ contacts });
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    const Attributes = { topic: 'new order', customerId: CUSTOMER_ID, surveyScore: '5' };
    expect(connect.contacts.get(NEW_CHAT)).toMatchObject({ RelatedContactId: C3, Attributes });
    // The server changes copies of its own.
    expect(contacts.find(({ Id }) => Id === NEW_CHAT)).not.toHaveProperty('RelatedContactId');
  });
});

test('A ClientToken that was refused is unused; then it gives the same answer again, and none to another request', async () => {
  const connect = await start();
  const members = { ...ALL_FROM_C1, ClientToken: 'token' };
  await associate(connect, NEW_CHAT, { ...members, SourceContactId: ACTIVE_CHAT });
  expect(await associate(connect, NEW_CHAT, members)).toEqual(continuedFrom(C3));
  expect(await associate(connect, NEW_CHAT, members)).toEqual(continuedFrom(C3));
  for (const change of [{ RehydrationType: 'FROM_SEGMENT' }, { SourceContactId: C3 }]) {
    expect(await associate(connect, NEW_CHAT, { ...members, ...change })).toEqual(OTHER_INPUT);
  }
  expect(await associate(connect, sample.FIRST_TIME_CHAT, members)).toEqual(OTHER_INPUT);
});

test('A ClientToken belongs to one operation, and is forgotten after seven days', async () => {
  const connect = await start();
  const ClientToken = 'token';
  expect(await associate(connect, NEW_CHAT, { ...ALL_FROM_C1, ClientToken })).toEqual(continuedFrom(C3));
  const first = await startChat(connect, { ClientToken });
  expect(first.status).toBe(200);
  after(7 * 86_400 - 60);
  expect(await startChat(connect, { ClientToken })).toEqual(first);
  after(7 * 86_400 + 60);
  expect(idOf(await startChat(connect, { ClientToken }))).not.toBe(idOf(first));
});

describe('StartChatContact', () => {
  test('adds an active web chat with the longest values, and answers its ids', async () => {
    const connect = await start();
    const id = expect.stringMatching(support.UUID_V4);
    const members = { Attributes: { a: 'x'.repeat(16_383), b: 'x'.repeat(16_382), c: '' }, CustomerId: CUSTOMER_ID };
    const answer = await startChat(connect, members);
    expect(answer).toEqual(succeeded({ ContactId: id, ParticipantId: id, ParticipantToken: expect.any(String) }));
    const chat = { Channel: 'CHAT', InitiationMethod: 'API', InitiationTimestamp: expect.any(Date), SegmentAttributes };
    expect(connect.contacts.get(idOf(answer))).toEqual({ Id: id, ...chat, ...members });
  });

  test('keeps segment attributes of every form, as DescribeContact then answers them', async () => {
    const connect = await start();
    const ValueArn = 'arn:aws:connect:us-east-1:111122223333:instance/any/view/v';
    const Answers = { ValueMap: { Count: { ValueInteger: -1 }, Any: { ValueList: [{ ValueString: '' }] } } };
    const forms = {
      'connect:CustomerAuthentication': { ValueMap: { Status: { ValueString: 'AUTHENTICATED' }, Answers } },
      'connect:View': { ValueArn },
      tier_1: { ValueString: 'x'.repeat(1024) },
    };
    const id = idOf(await startChat(connect, { SegmentAttributes: forms }));
    const described = { ...SegmentAttributes, ...forms };
    expect((await support.describeContact(connect, id)).body).toMatchObject({
      Contact: { SegmentAttributes: described },
    });
  });

  const wrong: { what: string; attributes: unknown }[] = [
    { what: 'text instead of a value', attributes: { a: 'connect:SMS' } },
    { what: 'a value of no known form', attributes: { a: { valueString: 'lower case' } } },
    { what: '1025 characters', attributes: { a: { ValueString: 'x'.repeat(1025) } } },
    { what: 'a number as text', attributes: { a: { ValueInteger: '1' } } },
    { what: 'a fraction', attributes: { a: { ValueInteger: 1.5 } } },
    { what: 'a number of 33 bits', attributes: { a: { ValueInteger: 2 ** 31 } } },
    { what: 'a map as a list', attributes: { a: { ValueList: { ValueString: 'x' } } } },
    { what: 'a list of text', attributes: { a: { ValueList: ['x'] } } },
    { what: 'a list as a map', attributes: { a: { ValueMap: [] } } },
    {
      what: 'a wrong value deep inside',
      attributes: { a: { ValueMap: { b: { ValueMap: { c: { ValueInteger: '1' } } } } } },
    },
    { what: 'a text that is not an ARN', attributes: { a: { ValueArn: 'view/v' } } },
    { what: 'no name', attributes: { '': { ValueString: 'x' } } },
    { what: 'a name of 129 characters', attributes: { ['x'.repeat(129)]: { ValueString: 'x' } } },
    { what: 'a name with a space', attributes: { 'a b': { ValueString: 'x' } } },
    { what: 'a list of attributes', attributes: [] },
  ];
  test.each(wrong)('refuses segment attributes with $what', async ({ attributes: SegmentAttributes }) => {
    expect(await startChat(await start(), { SegmentAttributes })).toEqual(INVALID_PARAMETER);
  });

  test('links a chat to its RelatedContactId without making it persistent', async () => {
    const connect = await start();
    const id = idOf(await startChat(connect, { RelatedContactId: NEW_CHAT }));
    const Attributes = { customerId: CUSTOMER_ID };
    expect(connect.contacts.get(id)).toMatchObject({ RelatedContactId: NEW_CHAT, Attributes });
    expect((await associate(connect, id, ALL_FROM_C1)).status).toBe(200);
  });

  test("runs a chat's flow once for a ClientToken, after the request was recorded, and does not wait", async () => {
    const flows: unknown[] = [];
    const connect: sample.LocalConnect = await start({
      onChatStarted: contact => {
        flows.push([contact.Id, connect.contacts.get(contact.Id) === contact, connect.calls.length]);
        return new Promise(() => {});
      },
    });
    const first = await startChat(connect, { ClientToken: 'token' });
    expect(await startChat(connect, { ClientToken: 'token' })).toEqual(first);
    const other = await startChat(connect);
    // Each chat is reported before the next request is answered, but the last one's may be due.
    while (flows.length < 2) await new Promise(setImmediate);
    expect(flows).toEqual([first, other].map((answer, n) => [idOf(answer), true, 2 * n + 1]));
  });
});

test('StopContact ends an active contact, so that its session can be continued', async () => {
  const connect = await start();
  expect(await stop(connect, { InstanceId: INSTANCE_ID, ContactId: ACTIVE_CHAT })).toEqual(succeeded({}));
  expect(await associate(connect, NEW_CHAT, from(ACTIVE_CHAT))).toEqual(continuedFrom(ACTIVE_CHAT));
});

test("DeleteContactData deletes an ended contact's endpoint, shows that it did, and no open contact's", async () => {
  const connect = await start();
  const remove = (contactId: string, ...ContactFields: string[]) =>
    ask(connect, 'POST', `/contact/delete/${INSTANCE_ID}/${contactId}`, { ContactFields });
  expect(await remove(sample.NEW_SMS, 'CUSTOMER_ENDPOINT')).toEqual(refused(409, 'ContactNotTerminatedException'));
  expect(await remove('no-such-contact', 'CUSTOMER_ENDPOINT')).toEqual(NOT_FOUND);
  for (const fields of [[], ['EMAIL_SUBJECT']])
    expect(await remove(sample.PAST_SMS, ...fields)).toEqual(INVALID_PARAMETER);
  expect(await remove(sample.PAST_SMS, 'CUSTOMER_ENDPOINT')).toEqual(succeeded({}));
  const attributes = {
    'connect:Subtype': { ValueString: 'connect:SMS' },
    'connect:RedactedFields': { ValueList: [{ ValueString: 'CUSTOMER_ENDPOINT' }] },
  };
  const Contact = { Id: sample.PAST_SMS, CustomerEndpoint: null, SegmentAttributes: attributes };
  expect((await support.describeContact(connect, sample.PAST_SMS)).body).toMatchObject({ Contact });
});

test('DescribeContact answers timestamps in seconds, and no member that the service model does not have', async () => {
  const connect = await start({ contacts: sample.sampleContacts(NOW) });
  await associate(connect, NEW_CHAT, from(C1));
  const chat = { Channel: 'CHAT', InitiationMethod: 'API', InitiationTimestamp: +NOW / 1000, SegmentAttributes };
  const customer = { CustomerId: CUSTOMER_ID, Attributes: { customerId: CUSTOMER_ID, topic: 'late delivery' } };
  const Contact = { Arn: `${ARN}/${NEW_CHAT}`, Id: NEW_CHAT, ...chat, ...customer, RelatedContactId: C1 };
  expect(await support.describeContact(connect, NEW_CHAT)).toEqual(succeeded({ Contact }));
});

describe('ListAssociatedContacts', () => {
  test('summarises a contact as the service model has it, without agent, customer and attributes', async () => {
    const contacts = sample.sampleContacts(NOW).filter(({ Id }) => Id === C2);
    const ids = { ContactId: C2, ContactArn: `${ARN}/${C2}`, InitialContactId: C1, PreviousContactId: C1 };
    const [InitiationTimestamp, DisconnectTimestamp] = [20, 2].map(minutes =>
      expect.closeTo(+NOW / 1000 - 86_400 - minutes * 60, 3),
    );
    const chat = { InitiationMethod: 'TRANSFER', Channel: 'CHAT', InitiationTimestamp, DisconnectTimestamp };
    const answer = await list(await start({ contacts }), { contactId: C2 });
    expect(answer).toEqual(succeeded({ ContactSummaryList: [{ ...ids, ...chat }] }));
  });

  test('lists a session and those that are linked through RelatedContactId, from any of its contacts', async () => {
    const connect = await start();
    const tree = [C1, C2, C3, sample.PERSISTENT_CHAT];
    for (const contactId of tree) expect(listed(await list(connect, { contactId }))).toEqual(tree);
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    const more = [C1, C2, C3, NEW_CHAT, SURVEY, sample.PERSISTENT_CHAT];
    expect(listed(await list(connect, { contactId: SURVEY }))).toEqual(more);
  });

  test.each([{}, { maxResults: '100' }])('gives 101 contacts once, over two pages: %j', async members => {
    const [any] = changed() as [sample.Contact];
    const contacts = Array.from({ length: 101 }, (_, i) => ({ ...any, Id: `${i}`, InitialContactId: '0' }));
    const connect = await start({ contacts });
    const first = await list(connect, { contactId: '0', ...members });
    const { NextToken: nextToken = '' } = first.body as Page;
    const second = await list(connect, { contactId: '0', ...members, nextToken });
    expect([...listed(first), ...listed(second)]).toEqual(contacts.map(({ Id }) => Id));
    expect([listed(second).length, second.body]).toEqual([1, { ContactSummaryList: [expect.anything()] }]);
  });
});

/** A request of an operation. */
type Sent = { association?: object | string; of?: string; chat?: object; list?: object; stop?: object };
const send = (connect: sample.LocalConnect, { association, of = NEW_CHAT, chat, list: query, stop: ended }: Sent) => {
  if (association) return associate(connect, of, association);
  if (chat) return startChat(connect, chat);
  return query ? list(connect, { contactId: C1, ...query }) : stop(connect, ended ?? {});
};
const GONE = refused(410, 'ContactNotFoundException');
const C3_ACTIVE = { contacts: changed(C3, { DisconnectTimestamp: undefined }) };
const LONGEST = { SourceContactId: 'x'.repeat(256), ClientToken: 'x'.repeat(500) };
const TOO_LONG = { a: 'x'.repeat(16_384), b: 'x'.repeat(16_383) };
const MARKDOWN = { ContentType: 'text/markdown', Content: 'x' };
const MESSAGE = { ContentType: 'text/plain', Content: 'x'.repeat(1025) };
const LONG_DELAY = { transcriptDelaySeconds: 90_000 };
const STRICT = { variant: 'empty-attribute-refused' } as const;
// Its tree has two contacts, so that only the token's owner is wrong.
const nextToken = Buffer.from(`1 ${NEW_CHAT}`).toString('base64url');

test.each<[string, Sent, support.Outcome?, sample.LocalConnectOptions?]>([
  ['no JSON', { association: '{"RehydrationType":' }, INVALID_REQUEST],
  ['no type', { association: { SourceContactId: C2 } }],
  ['an empty source', { association: from('') }],
  ['ids of the greatest length', { association: { ...SEGMENT_C2, ...LONGEST } }, NOT_FOUND],
  ['a session by its last contact', { association: { ...ALL_FROM_C1, SourceContactId: C3 } }, INVALID_REQUEST],
  ['a session with an active contact', { association: ALL_FROM_C1 }, NOT_ENDED, C3_ACTIVE],
  ['a segment of such a session', { association: SEGMENT_C2 }, NOT_ENDED, C3_ACTIVE],
  ['a chat that does not exist', { association: SEGMENT_C2, of: 'no-such-contact' }, NOT_FOUND],
  ['a call', { association: SEGMENT_C2, of: sample.VOICE_CALL }, INVALID_REQUEST],
  ['a chat that has ended', { association: SEGMENT_C2, of: sample.OTHER_CUSTOMERS_CHAT }, INVALID_REQUEST],
  ['a chat that is persistent already', { association: SEGMENT_C2, of: sample.PERSISTENT_CHAT }, ALREADY],
  ['a session within the transcript delay', { association: ALL_FROM_C1 }, INVALID_REQUEST, LONG_DELAY],
  ['a source that another chat continues', { association: from(C3) }, INVALID_REQUEST, { sourceTwice: 'refuse' }],
  ['a source that does not exist', { association: from('no-such-contact') }, NOT_FOUND],
  ['a source that is a call', { association: from(sample.PAST_VOICE_CALL) }, INVALID_REQUEST],
  ['a source that was transferred', { association: from(sample.TRANSFERRED_CHAT_FIRST) }, NOT_ENDED],
  ["a source of the current contact's own session", { association: from(SURVEY) }, NOT_ENDED],
  ['a new chat with a source that has not ended', { chat: { PersistentChat: from(ACTIVE_CHAT) } }, NOT_ENDED],
  ['a new chat without type', { chat: { PersistentChat: { SourceContactId: C1 } } }],
  ['no ContactFlowId', { chat: { ContactFlowId: undefined } }],
  ['no ParticipantDetails', { chat: { ParticipantDetails: undefined } }],
  ['an empty CustomerId', { chat: { CustomerId: '' } }],
  ['an attribute name with a space', { chat: { Attributes: { 'a b': '1' } } }],
  ['attributes of 32769 bytes', { chat: { Attributes: TOO_LONG } }],
  ['an empty attribute in a variant', { chat: { Attributes: { a: '' } } }, INVALID_PARAMETER, STRICT],
  ['an unknown RelatedContactId', { chat: { RelatedContactId: 'no-such-contact' } }, NOT_FOUND],
  ['two related contacts', { chat: { PersistentChat: SEGMENT_C2, RelatedContactId: C1 } }, INVALID_REQUEST],
  ['a first message of 1025 characters', { chat: { InitialMessage: MESSAGE } }],
  ['a first message in Markdown', { chat: { InitialMessage: MARKDOWN } }],
  ['a list for an unknown contact', { list: { contactId: 'no-such-contact' } }, NOT_FOUND],
  ['maxResults 101', { list: { maxResults: '101' } }],
  ['an empty nextToken', { list: { nextToken: '' } }],
  ["another contact's nextToken", { list: { nextToken } }],
  ['a stop of a chat that has ended', { stop: { InstanceId: 'any', ContactId: C1 } }, GONE],
  ['a stop without an instance', { stop: { ContactId: C2 } }],
  ['a stop of an unknown contact', { stop: { InstanceId: 'any', ContactId: 'no-such-contact' } }, GONE],
])('%s is refused, and changes nothing', async (_, request, refusal = INVALID_PARAMETER, options = {}) => {
  const connect = await start(options);
  const before = structuredClone(connect.contacts);
  expect(await send(connect, request)).toEqual(refusal);
  expect(connect.contacts).toEqual(before);
});
