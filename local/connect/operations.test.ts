import { Connect } from '@aws-sdk/client-connect';
import { beforeEach, describe, expect, test } from '@jest/globals';
import * as sample from './index.ts';
import * as support from './test-support.ts';
import { connect } from './test-support.ts';

const { ACTIVE_CHAT, C1, C2, C3, CUSTOMER_ID, INSTANCE_ID, NEW_CHAT, PAST_SMS, SURVEY, TRANSFERRED_CHAT } = sample;
const { ALL_FROM_C1, changed, continuedFrom, INVALID_PARAMETER, INVALID_REQUEST, NOT_FOUND, refused } = support;
const { SEGMENT_C2, setClock, start, succeeded } = support;

const from = (SourceContactId: string) => ({ ...SEGMENT_C2, SourceContactId });
const SegmentAttributes = { 'connect:Subtype': { ValueString: 'connect:Chat' } };
const NOW = new Date('2026-01-02T03:04:05.678Z');
const ARN = `arn:aws:connect:us-east-1:111122223333:instance/${INSTANCE_ID}/contact`;

beforeEach(() => start());
const ask = (method: string, path: string, body?: object, headers?: Record<string, string>) =>
  support.ask(connect, method, path, body, headers);
const associate = (contactId: string, body: object | string) => support.associate(connect, contactId, body);
const startChat = (members?: object) => support.startChat(connect, members);
const describeContact = (contactId: string) => support.describeContact(connect, contactId);
const stop = (ContactId: string, instance: object = { InstanceId: 'any' }) =>
  ask('POST', '/contact/stop', { ...instance, ContactId });
const erase = (contactId: string, ...ContactFields: string[]) =>
  ask('POST', `/contact/delete/${INSTANCE_ID}/${contactId}`, { ContactFields });
const list = (contactId: string, query: Record<string, string> = {}) =>
  ask('GET', `/contact/associated/${INSTANCE_ID}?${new URLSearchParams({ contactId, ...query })}`);
const listed = ({ body }: Awaited<ReturnType<typeof list>>): string[] =>
  body.ContactSummaryList.map((summary: { ContactId: string }) => summary.ContactId);

const C2_LAST = { contacts: changed(C2, { DisconnectTimestamp: new Date() }) };
test.each<[string, string, object, sample.LocalConnectOptions?, string?]>([
  ['goes by the end of contacts, not their order', C2, ALL_FROM_C1, C2_LAST],
  ['passes over contacts that are no chats', C2, ALL_FROM_C1, { contacts: changed(C3, { Channel: 'TASK' }) }],
  ['takes another segment than one that is continued', C2, SEGMENT_C2, { sourceTwice: 'refuse' }],
  ['is possible after the transcript delay', C3, ALL_FROM_C1, { transcriptDelaySeconds: 80_000 }],
  ['is possible in a transferred chat', C3, ALL_FROM_C1, {}, TRANSFERRED_CHAT],
  ['decodes the path', C3, ALL_FROM_C1, { contacts: changed(NEW_CHAT, { Id: 'ä/b c' }) }, 'ä/b c'],
])('Rehydration %s', async (...[, continued, members, options, current = NEW_CHAT]) => {
  await start(options);
  expect(await associate(current, members)).toEqual(continuedFrom(continued));
});

test('A ClientToken gives the same answer again, and none to another request; a refused request does not use it', async () => {
  const members = { ...ALL_FROM_C1, ClientToken: 'token' };
  await associate(NEW_CHAT, { ...members, SourceContactId: ACTIVE_CHAT });
  // The sample data's persistent chat continues C3, too: two may continue one source.
  for (const _ of ['first', 'again']) expect(await associate(NEW_CHAT, members)).toEqual(continuedFrom(C3));
  const used = refused(400, 'InvalidRequestException', /already used/);
  expect(await associate(NEW_CHAT, { ...members, RehydrationType: 'FROM_SEGMENT' })).toEqual(used);
  expect(await associate(NEW_CHAT, { ...members, SourceContactId: C3 })).toEqual(used);
  expect(await associate(sample.FIRST_TIME_CHAT, members)).toEqual(used);
});

test('A ClientToken belongs to one operation, and is forgotten after seven days', async () => {
  const ClientToken = 'token';
  await associate(NEW_CHAT, { ...ALL_FROM_C1, ClientToken });
  const first = await startChat({ ClientToken });
  expect(first.status).toBe(200);
  setClock(7 * 86_400 - 60);
  expect(await startChat({ ClientToken })).toEqual(first);
  setClock(7 * 86_400 + 60);
  expect((await startChat({ ClientToken })).body.ContactId).not.toBe(first.body.ContactId);
});

describe('StartChatContact', () => {
  test('adds an active web chat with the longest values, linked but not persistent, and answers its ids', async () => {
    const id = expect.stringMatching(support.UUID_V4);
    const attributes = { a: 'x'.repeat(16_383), b: 'x'.repeat(16_382), c: '' };
    const members = { Attributes: attributes, CustomerId: 'x'.repeat(128), RelatedContactId: ACTIVE_CHAT };
    const answer = await startChat({ ...members, SegmentAttributes: {} });
    expect(answer).toEqual(succeeded({ ContactId: id, ParticipantId: id, ParticipantToken: expect.any(String) }));
    const chat = { Channel: 'CHAT', InitiationMethod: 'API', InitiationTimestamp: expect.any(Date), SegmentAttributes };
    const Attributes = { customerId: CUSTOMER_ID, ...attributes };
    const { ContactId } = answer.body;
    expect(connect.contacts.get(ContactId)).toEqual({ Id: id, ...chat, ...members, Attributes });
    expect((await associate(ContactId, ALL_FROM_C1)).status).toBe(200);
  });

  test('keeps segment attributes of every form, as DescribeContact then answers them', async () => {
    const Answers = { ValueMap: { Count: { ValueInteger: -1 }, Any: { ValueList: [{ ValueString: '' }] } } };
    const forms = {
      'connect:CustomerAuthentication': { ValueMap: { Status: { ValueString: 'AUTHENTICATED' }, Answers } },
      'connect:View': { ValueArn: 'arn:aws:connect:us-east-1:111122223333:instance/any/view/v' },
      tier_1: { ValueString: 'x'.repeat(1024) },
    };
    const { body } = await describeContact((await startChat({ SegmentAttributes: forms })).body.ContactId);
    expect(body).toMatchObject({ Contact: { SegmentAttributes: { ...SegmentAttributes, ...forms } } });
  });

  test("runs a chat's flow once for a ClientToken, after the request was recorded, and does not wait", async () => {
    const flows: unknown[] = [];
    const { contacts, calls } = await start({
      onChatStarted(contact) {
        flows.push([contact.Id, contacts.get(contact.Id) === contact, calls.length]);
        return new Promise(() => {});
      },
    });
    const first = await startChat({ ClientToken: 'token' });
    expect(await startChat({ ClientToken: 'token' })).toEqual(first);
    const other = await startChat();
    // Each chat is reported before the next request is answered, but the last one's may be due.
    while (flows.length < 2) await new Promise(setImmediate);
    expect(flows).toEqual([first, other].map(({ body }, n) => [body.ContactId, true, 2 * n + 1]));
  });
});

test('DescribeContact shows the continued contact, attributes that the chat did not have, and nothing of our own', async () => {
  const contacts = changed(NEW_CHAT, { InitiationTimestamp: NOW, Attributes: { topic: 'new order' } });
  await start({ contacts });
  await associate(NEW_CHAT, ALL_FROM_C1);
  const chat = { Channel: 'CHAT', InitiationMethod: 'API', InitiationTimestamp: +NOW / 1000, SegmentAttributes };
  const Attributes = { topic: 'new order', customerId: CUSTOMER_ID, surveyScore: '5' };
  const linked = { CustomerId: CUSTOMER_ID, Attributes, RelatedContactId: C3 };
  const Contact = { Arn: `${ARN}/${NEW_CHAT}`, Id: NEW_CHAT, ...chat, ...linked };
  expect(await describeContact(NEW_CHAT)).toEqual(succeeded({ Contact }));
  // The server changes copies of its own.
  expect(contacts.find(({ Id }) => Id === NEW_CHAT)).not.toHaveProperty('RelatedContactId');
});

describe('ListAssociatedContacts', () => {
  test('summarises a contact as the service model has it, without agent, customer and attributes', async () => {
    await start({ contacts: sample.sampleContacts(NOW).filter(({ Id }) => Id === C2) });
    const ids = { ContactId: C2, ContactArn: `${ARN}/${C2}`, InitialContactId: C1, PreviousContactId: C1 };
    const at = (minutes: number) => expect.closeTo(+NOW / 1000 - minutes * 60, 3);
    const times = { InitiationTimestamp: at(24 * 60 + 20), DisconnectTimestamp: at(24 * 60 + 2) };
    const summary = { ...ids, InitiationMethod: 'TRANSFER', Channel: 'CHAT', ...times };
    expect(await list(C2)).toEqual(succeeded({ ContactSummaryList: [summary] }));
  });

  test('lists a session and those that are linked through RelatedContactId, from any of its contacts', async () => {
    const tree = [C1, C2, C3, sample.PERSISTENT_CHAT];
    for (const contactId of tree) expect(listed(await list(contactId))).toEqual(tree);
    await associate(NEW_CHAT, ALL_FROM_C1);
    expect(listed(await list(SURVEY))).toEqual([C1, C2, C3, NEW_CHAT, SURVEY, sample.PERSISTENT_CHAT]);
  });

  test('gives 101 contacts once, over two pages, and takes the token for no other contact', async () => {
    const [any] = changed() as [sample.Contact];
    const contacts = Array.from({ length: 101 }, (_, i) => ({ ...any, Id: `${i}`, InitialContactId: '0' }));
    await start({ contacts });
    const first = await list('0');
    const nextToken = first.body.NextToken;
    const second = await list('0', { nextToken, maxResults: '100' });
    expect([...listed(first), ...listed(second)]).toEqual(contacts.map(({ Id }) => Id));
    expect(second.body).toEqual({ ContactSummaryList: [expect.anything()] });
    expect((await list('0', { nextToken, maxResults: '1' })).body).not.toHaveProperty('NextToken');
    expect(await list('1', { nextToken })).toEqual(INVALID_PARAMETER);
  });
});

describe("The AWS SDK's own client", () => {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = () => new Connect({ endpoint: connect.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  const InstanceId = INSTANCE_ID;

  test('sees the id of its request, real dates, and an endpoint until DeleteContactData deletes it', async () => {
    await start({ contacts: sample.sampleContacts(NOW) });
    const CustomerEndpoint = { Type: 'TELEPHONE_NUMBER', Address: sample.CUSTOMER_PHONE_NUMBER };
    expect(await client().describeContact({ InstanceId, ContactId: PAST_SMS })).toMatchObject({
      Contact: { DisconnectTimestamp: new Date(+NOW - 86_400_000), CustomerEndpoint },
      $metadata: { requestId: expect.stringMatching(support.UUID_V4) },
    });
    expect(await erase(PAST_SMS, 'CUSTOMER_ENDPOINT')).toEqual(succeeded({}));
    const erased = {
      'connect:Subtype': { ValueString: 'connect:SMS' },
      'connect:RedactedFields': { ValueList: [{ ValueString: 'CUSTOMER_ENDPOINT' }] },
    };
    const Contact = { DisconnectTimestamp: expect.any(Number), CustomerEndpoint: null, SegmentAttributes: erased };
    expect((await describeContact(PAST_SMS)).body).toMatchObject({ Contact });
  });

  test('finds its own instance and "any", and no other, in a path or a body', async () => {
    const attributes = (id: string) => client().getContactAttributes({ InstanceId: id, InitialContactId: C1 });
    const stopChat = (id: string) => client().stopContact({ InstanceId: id, ContactId: ACTIVE_CHAT });
    const notFound = { name: 'ResourceNotFoundException', message: 'The instance "another" does not exist.' };
    for (const operation of [attributes, stopChat]) await expect(operation('another')).rejects.toMatchObject(notFound);
    expect((await attributes(InstanceId)).Attributes).toMatchObject({ topic: 'late delivery' });
    await stopChat('any');
  });

  test('sends an id of ".." as it is, which is no contact, and gets the modelled exceptions', async () => {
    const { calls } = await start({ faults: ['error*1', 'throttle*1'] });
    const describeIt = () => client().describeContact({ InstanceId, ContactId: '..' });
    await expect(describeIt()).rejects.toMatchObject({ name: 'InternalServiceException' });
    await expect(describeIt()).rejects.toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
    const notFound = { name: 'ResourceNotFoundException', message: expect.stringMatching('does not exist') };
    await expect(describeIt()).rejects.toMatchObject(notFound);
    const ended = client().stopContact({ InstanceId, ContactId: C1 });
    await expect(ended).rejects.toMatchObject({ name: 'ContactNotFoundException' });
    expect(calls.map(call => call.contactId)).toEqual(['..', '..', '..', C1]);
  });
});

const ALREADY = refused(400, 'InvalidRequestException', /already persistent/);
const NOT_ENDED = refused(400, 'InvalidRequestException', /session has not ended/);
const GONE = refused(410, 'ContactNotFoundException');
const OPEN = refused(409, 'ContactNotTerminatedException');
const ALL_FROM_C3 = { ...ALL_FROM_C1, SourceContactId: C3 };
const LONG_DELAY = { transcriptDelaySeconds: 90_000 };
const C3_ACTIVE = { contacts: changed(C3, { DisconnectTimestamp: undefined }) };
const LONGEST = { SourceContactId: 'x'.repeat(256), ClientToken: 'x'.repeat(500) };
const TOO_LONG = { a: 'x'.repeat(16_384), b: 'x'.repeat(16_383) };
const DEEP_INSIDE = { ValueMap: { b: { ValueMap: { c: { ValueInteger: '1' } } } } };
const segment = (value: unknown, name = 'a') => startChat({ SegmentAttributes: { [name]: value } });
const UNKNOWN = refused(404, 'UnknownOperationException');
const UNSIGNED = refused(403, 'MissingAuthenticationTokenException');

test.each<[string, () => Promise<object>, object?, sample.LocalConnectOptions?]>([
  ['a request without an Authorization header', () => ask('GET', `/contacts/any/${C1}`, undefined, {}), UNSIGNED],
  ['a path with something after it', () => ask('GET', `/contacts/${INSTANCE_ID}/${C1}/`), UNKNOWN],
  ['an instance id of 101 characters', () => ask('GET', `/contacts/${'x'.repeat(101)}/${C1}`)],
  ['a contact id of 257 characters', () => describeContact('x'.repeat(257))],
  ['a contact id that cannot be decoded', () => describeContact('%E4'), NOT_FOUND],
  ['no JSON', () => associate(NEW_CHAT, '{"RehydrationType":'), INVALID_REQUEST],
  ['an empty source', () => associate(NEW_CHAT, from(''))],
  ['ids of the greatest length', () => associate(NEW_CHAT, { ...SEGMENT_C2, ...LONGEST }), NOT_FOUND],
  ['a session by its last contact', () => associate(NEW_CHAT, ALL_FROM_C3), INVALID_REQUEST],
  ['a session with an active contact', () => associate(NEW_CHAT, ALL_FROM_C1), NOT_ENDED, C3_ACTIVE],
  ['a segment of such a session', () => associate(NEW_CHAT, SEGMENT_C2), NOT_ENDED, C3_ACTIVE],
  ['a chat that does not exist', () => associate('no-such-contact', SEGMENT_C2), NOT_FOUND],
  ['a call', () => associate(sample.VOICE_CALL, SEGMENT_C2), INVALID_REQUEST],
  ['a chat that has ended', () => associate(sample.OTHER_CUSTOMERS_CHAT, SEGMENT_C2), INVALID_REQUEST],
  ['a chat that is persistent already', () => associate(sample.PERSISTENT_CHAT, SEGMENT_C2), ALREADY],
  ['a session within the transcript delay', () => associate(NEW_CHAT, ALL_FROM_C1), INVALID_REQUEST, LONG_DELAY],
  ['a continued source', () => associate(NEW_CHAT, from(C3)), INVALID_REQUEST, { sourceTwice: 'refuse' }],
  ['a source that is a call', () => associate(NEW_CHAT, from(sample.PAST_VOICE_CALL)), INVALID_REQUEST],
  ['a new chat with an open source', () => startChat({ PersistentChat: from(ACTIVE_CHAT) }), NOT_ENDED],
  ['a new chat without type', () => startChat({ PersistentChat: { SourceContactId: C1 } })],
  ['no ContactFlowId', () => startChat({ ContactFlowId: undefined })],
  ['no ParticipantDetails', () => startChat({ ParticipantDetails: undefined })],
  ['an empty DisplayName', () => startChat({ ParticipantDetails: { DisplayName: '' } })],
  ['an empty CustomerId', () => startChat({ CustomerId: '' })],
  ['an attribute name with a space', () => startChat({ Attributes: { 'a b': '1' } })],
  ['attributes of 32769 bytes', () => startChat({ Attributes: TOO_LONG })],
  ['an unknown RelatedContactId', () => startChat({ RelatedContactId: 'no-such-contact' }), NOT_FOUND],
  ['two related contacts', () => startChat({ PersistentChat: SEGMENT_C2, RelatedContactId: C1 }), INVALID_REQUEST],
  ['a first message in Markdown', () => startChat({ InitialMessage: { ContentType: 'text/markdown', Content: 'x' } })],
  ['a list of segment attributes', () => startChat({ SegmentAttributes: [] })],
  ['a segment attribute of no known form', () => segment({ valueString: 'lower case' })],
  ['a segment attribute of 1025 characters', () => segment({ ValueString: 'x'.repeat(1025) })],
  ['a segment attribute of a fraction', () => segment({ ValueInteger: 1.5 })],
  ['a segment attribute of a number of 33 bits', () => segment({ ValueInteger: 2 ** 31 })],
  ['a segment attribute of a map as a list', () => segment({ ValueList: { ValueString: 'x' } })],
  ['a segment attribute with a wrong value deep inside', () => segment(DEEP_INSIDE)],
  ['a segment attribute of a text that is not an ARN', () => segment({ ValueArn: 'view/v' })],
  ['a segment attribute without a name', () => segment({ ValueString: 'x' }, '')],
  ['a segment attribute with a name of 129 characters', () => segment({ ValueString: 'x' }, 'x'.repeat(129))],
  ['a segment attribute with a space in its name', () => segment({ ValueString: 'x' }, 'a b')],
  ['a list for an unknown contact', () => list('no-such-contact'), NOT_FOUND],
  ['maxResults 101', () => list(C1, { maxResults: '101' })],
  ['a stop of a chat that has ended', () => stop(C1), GONE],
  ['a stop without an instance', () => stop(ACTIVE_CHAT, {})],
  ['a stop of an unknown contact', () => stop('no-such-contact'), GONE],
  ["a deletion of an open contact's endpoint", () => erase(sample.NEW_SMS, 'CUSTOMER_ENDPOINT'), OPEN],
  ['a deletion for an unknown contact', () => erase('no-such-contact', 'CUSTOMER_ENDPOINT'), NOT_FOUND],
  ['a deletion of nothing', () => erase(PAST_SMS)],
  ["a deletion of an email's subject", () => erase(PAST_SMS, 'EMAIL_SUBJECT')],
])('%s is refused, and changes nothing', async (_, request, refusal = INVALID_PARAMETER, options = {}) => {
  const { contacts } = await start(options);
  const before = structuredClone(contacts);
  expect(await request()).toEqual(refusal);
  expect(contacts).toEqual(before);
});
