import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  ConnectClient,
  CreatePersistentContactAssociationCommand,
  DescribeContactCommand,
} from '@aws-sdk/client-connect';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import {
  ACTIVE_CHAT,
  C1,
  C2,
  C3,
  type Call,
  type Contact,
  CUSTOMER_ID,
  CUSTOMER_PHONE_NUMBER,
  FAULT_NAMES,
  FIRST_TIME_CHAT,
  INSTANCE_ID,
  JUST_ENDED_CHAT,
  type LocalConnect,
  type LocalConnectOptions,
  NEW_CHAT,
  NEW_SMS,
  OTHER_CUSTOMERS_CHAT,
  PAST_SMS,
  PAST_VOICE_CALL,
  parseFault,
  QUOTAS,
  SURVEY,
  startLocalConnect,
  TRANSFERRED_CHAT,
  TRANSFERRED_CHAT_FIRST,
  tokenBucket,
  VOICE_CALL,
  workedExample,
} from '../local-connect/index.ts';

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ALL_FROM_C1 = { RehydrationType: 'ENTIRE_PAST_SESSION', SourceContactId: C1 };
const SEGMENT_C2 = { RehydrationType: 'FROM_SEGMENT', SourceContactId: C2 };

const running: LocalConnect[] = [];
afterEach(() => Promise.all(running.splice(0).map(connect => connect.close())));

async function start(options?: LocalConnectOptions): Promise<LocalConnect> {
  const connect = await startLocalConnect(options);
  running.push(connect);
  return connect;
}

/** A local Connect with these faults, and a promise of the first request that reaches it. */
async function startFaulty(...faults: string[]) {
  const first = Promise.withResolvers<Call>();
  return { connect: await start({ faults, onRequest: first.resolve }), received: first.promise };
}

function post(connect: Pick<LocalConnect, 'url'>, contactId: string, body: unknown): Promise<Response> {
  return fetch(
    `${connect.url}/contact/persistent-contact-association/${INSTANCE_ID}/${encodeURIComponent(contactId)}`,
    {
      method: 'POST',
      headers: { authorization: 'any' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    },
  );
}

function get(connect: Pick<LocalConnect, 'url'>, path: string): Promise<Response> {
  return fetch(connect.url + path, { headers: { authorization: 'any' } });
}

interface Outcome {
  status: number;
  errorType: string | null;
  body: unknown;
}

async function outcome(response: Promise<Response>): Promise<Outcome> {
  const { status, headers, ...rest } = await response.then(async r => ({
    status: r.status,
    headers: r.headers,
    body: (await r.json()) as unknown,
  }));
  return { status, errorType: headers.get('x-amzn-ErrorType'), body: rest.body };
}

const associate = (connect: Pick<LocalConnect, 'url'>, contactId: string, body: unknown) =>
  outcome(post(connect, contactId, body));
const describeContact = (connect: LocalConnect, contactId: string) =>
  outcome(get(connect, `/contacts/${INSTANCE_ID}/${contactId}`));

const continuedFrom = (id: string): Outcome => ({ status: 200, errorType: null, body: { ContinuedFromContactId: id } });
const refused = (status: number, errorType: string, message = /./): Outcome => ({
  status,
  errorType,
  body: { Message: expect.stringMatching(message) },
});
const INVALID_REQUEST = refused(400, 'InvalidRequestException');
const INVALID_PARAMETER = refused(400, 'InvalidParameterException');
const NOT_FOUND = refused(404, 'ResourceNotFoundException');

/** A contact of the worked example, changed. */
function changed(id: string, change: Partial<Contact>): Contact[] {
  return workedExample(new Date()).map(contact => (contact.Id === id ? { ...contact, ...change } : contact));
}

/** Whether a promise is still pending after a while: a slow machine can only make this more likely to be true. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  return (await Promise.race([promise.catch(() => {}), sleep(50, 'pending')])) === 'pending';
}

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

  test('shows the continued contact as its related contact, and no other contact does', async () => {
    const connect = await start();
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    const related = [...connect.contacts.values()].filter(contact => contact.RelatedContactId !== undefined);
    expect(related.map(contact => [contact.Id, contact.RelatedContactId])).toEqual([[NEW_CHAT, C3]]);
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
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    expect(await associate(connect, TRANSFERRED_CHAT, ALL_FROM_C1)).toEqual(INVALID_REQUEST);
    expect(await associate(connect, TRANSFERRED_CHAT, SEGMENT_C2)).toEqual(continuedFrom(C2));
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

describe('DescribeContact', () => {
  test('answers the contact with timestamps in seconds, without members that have no value', async () => {
    const now = new Date('2026-01-02T03:04:05.678Z');
    const connect = await start({ contacts: workedExample(now) });
    expect(await describeContact(connect, FIRST_TIME_CHAT)).toEqual({
      status: 200,
      errorType: null,
      body: {
        Contact: {
          Arn: `arn:aws:connect:us-east-1:111122223333:instance/${INSTANCE_ID}/contact/${FIRST_TIME_CHAT}`,
          Id: FIRST_TIME_CHAT,
          Channel: 'CHAT',
          InitiationMethod: 'API',
          InitiationTimestamp: 1767323045.678,
          CustomerId: expect.stringMatching(/^customer-/),
          Attributes: { customerId: expect.stringMatching(/^customer-/) },
          SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Chat' } },
        },
      },
    });
  });

  test('never shows what is not a member of the service model', async () => {
    const connect = await start();
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    const { body } = await describeContact(connect, NEW_CHAT);
    expect(body).toEqual({ Contact: expect.objectContaining({ RelatedContactId: C3 }) });
    expect(body).toEqual({ Contact: expect.not.objectContaining({ persistent: true }) });
  });

  test('answers 404 for a contact that does not exist', async () => {
    expect(await describeContact(await start(), 'no-such-contact')).toEqual(NOT_FOUND);
  });
});

describe('The worked example', () => {
  const contacts = workedExample(new Date());

  test('has ids that are distinct UUIDs, and names no contact that is not there', () => {
    const ids = new Set(contacts.map(contact => contact.Id));
    expect(ids.size).toBe(contacts.length);
    for (const { Id, InitialContactId = Id, PreviousContactId = Id } of contacts) {
      expect(Id).toMatch(UUID_V4);
      expect([...ids]).toEqual(expect.arrayContaining([InitialContactId, PreviousContactId]));
    }
  });

  test('gives fresh contacts each time, and a server keeps copies of its own', async () => {
    const mine = workedExample(new Date());
    const connect = await start({ contacts: mine });
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    expect(mine.find(contact => contact.Id === NEW_CHAT)?.RelatedContactId).toBeUndefined();
    expect(await associate(await start(), NEW_CHAT, ALL_FROM_C1)).toEqual(continuedFrom(C3));
  });
});

describe('The protocol', () => {
  test('gives every answer a request id of its own', async () => {
    const connect = await start({ faults: ['DescribeContact:throttle'] });
    const paths = [`/contacts/${INSTANCE_ID}/${C1}`, '/nowhere'];
    const ids = await Promise.all(paths.map(async path => (await get(connect, path)).headers.get('x-amzn-RequestId')));
    ids.push((await post(connect, NEW_CHAT, ALL_FROM_C1)).headers.get('x-amzn-RequestId'));
    for (const id of ids) expect(id).toMatch(UUID_V4);
    expect(new Set(ids).size).toBe(3);
  });

  test('refuses a request without an Authorization header', async () => {
    const connect = await start();
    const response = fetch(`${connect.url}/contacts/${INSTANCE_ID}/${C1}`);
    expect(await outcome(response)).toEqual(refused(403, 'MissingAuthenticationTokenException'));
  });

  test('answers 404 for a path or method that is no operation', async () => {
    const connect = await start();
    const unknown = refused(404, 'UnknownOperationException');
    expect(await outcome(get(connect, '/contacts'))).toEqual(unknown);
    expect(await outcome(get(connect, `/contact/persistent-contact-association/${INSTANCE_ID}/${NEW_CHAT}`))).toEqual(
      unknown,
    );
  });

  test('decodes the path and takes an id that cannot be decoded as it stands', async () => {
    const connect = await start({ contacts: changed(NEW_CHAT, { Id: 'ä/b c' }) });
    expect(await associate(connect, 'ä/b c', ALL_FROM_C1)).toEqual(continuedFrom(C3));
    expect(await describeContact(connect, '%E4')).toEqual(NOT_FOUND);
  });

  test.each([
    ['no JSON', '{"RehydrationType":', INVALID_REQUEST],
    ['no object', '[]', INVALID_REQUEST],
    ['no body', '', INVALID_REQUEST],
    ['no type', { SourceContactId: C2 }, INVALID_PARAMETER],
    ['an unknown type', { ...SEGMENT_C2, RehydrationType: 'from_segment' }, INVALID_PARAMETER],
    ['no source', { RehydrationType: 'FROM_SEGMENT' }, INVALID_PARAMETER],
    ['an empty source', { ...SEGMENT_C2, SourceContactId: '' }, INVALID_PARAMETER],
    ['a source of 257 characters', { ...SEGMENT_C2, SourceContactId: 'x'.repeat(257) }, INVALID_PARAMETER],
    ['a source that is a number', { ...SEGMENT_C2, SourceContactId: 1 }, INVALID_PARAMETER],
    ['a token of 501 characters', { ...SEGMENT_C2, ClientToken: 'x'.repeat(501) }, INVALID_PARAMETER],
  ])('refuses an association with %s', async (_, body, refusal) => {
    const connect = await start();
    expect(await associate(connect, NEW_CHAT, body)).toEqual(refusal);
    expect(connect.contacts.get(NEW_CHAT)?.persistent).toBeUndefined();
  });

  test('accepts ids and tokens as long as the service model allows', async () => {
    const connect = await start();
    const long = { RehydrationType: 'FROM_SEGMENT', SourceContactId: 'x'.repeat(256), ClientToken: 'x'.repeat(500) };
    expect(await associate(connect, NEW_CHAT, long)).toEqual(NOT_FOUND);
  });

  test('refuses instance and contact ids beyond their limits', async () => {
    const connect = await start();
    expect(await outcome(get(connect, `/contacts/${'x'.repeat(101)}/${C1}`))).toEqual(INVALID_PARAMETER);
    expect(await describeContact(connect, 'x'.repeat(257))).toEqual(INVALID_PARAMETER);
    expect(await associate(connect, 'x'.repeat(257), SEGMENT_C2)).toEqual(INVALID_PARAMETER);
  });
});

describe("The AWS SDK's own client", () => {
  const client = (connect: LocalConnect) =>
    new ConnectClient({
      endpoint: connect.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
      maxAttempts: 1,
    });

  test('associates a chat, and sees the association and real dates in DescribeContact', async () => {
    const now = new Date();
    const connect = client(await start({ contacts: workedExample(now) }));
    const input = { InstanceId: INSTANCE_ID, InitialContactId: NEW_CHAT, ...SEGMENT_C2 } as const;
    const association = await connect.send(
      new CreatePersistentContactAssociationCommand({ ...input, RehydrationType: 'FROM_SEGMENT' }),
    );
    expect(association.ContinuedFromContactId).toBe(C2);
    expect(association.$metadata.requestId).toMatch(UUID_V4);
    const { Contact } = await connect.send(
      new DescribeContactCommand({ InstanceId: INSTANCE_ID, ContactId: NEW_CHAT }),
    );
    expect(Contact).toMatchObject({ RelatedContactId: C2, InitiationTimestamp: now });
  });

  test('reads customer endpoints and the end of a contact', async () => {
    const connect = await start();
    const command = new DescribeContactCommand({ InstanceId: INSTANCE_ID, ContactId: PAST_SMS });
    expect((await client(connect).send(command)).Contact).toMatchObject({
      DisconnectTimestamp: connect.contacts.get(PAST_SMS)?.DisconnectTimestamp,
      CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: CUSTOMER_PHONE_NUMBER },
    });
  });

  test('sends an id of ".." as it is, which is no contact', async () => {
    const connect = await start();
    const command = new DescribeContactCommand({ InstanceId: INSTANCE_ID, ContactId: '..' });
    await expect(client(connect).send(command)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(connect.calls[0]?.contactId).toBe('..');
  });

  test('gets the modelled exceptions', async () => {
    const connect = await start({ faults: ['error=500*1', 'throttle*1'] });
    const describeIt = () =>
      client(connect).send(new DescribeContactCommand({ InstanceId: INSTANCE_ID, ContactId: 'no-such-contact' }));
    await expect(describeIt()).rejects.toMatchObject({ name: 'InternalServiceException' });
    await expect(describeIt()).rejects.toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
    const notFound = { name: 'ResourceNotFoundException', message: expect.stringMatching('does not exist') };
    await expect(describeIt()).rejects.toMatchObject(notFound);
  });
});

describe('The calls', () => {
  test('hold what was asked, of whom, when, and how it came out', async () => {
    const onRequest = jest.fn();
    const connect = await start({ faults: ['DescribeContact:throttle'], onRequest });
    const before = performance.now();
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    await describeContact(connect, C1);
    await get(connect, '/nowhere');
    expect(connect.calls).toEqual([
      {
        operation: 'CreatePersistentContactAssociation',
        instanceId: INSTANCE_ID,
        contactId: NEW_CHAT,
        body: ALL_FROM_C1,
        at: expect.any(Number),
        outcome: 200,
      },
      {
        operation: 'DescribeContact',
        instanceId: INSTANCE_ID,
        contactId: C1,
        body: {},
        at: expect.any(Number),
        outcome: 'throttle',
      },
      { operation: 'UnknownOperation', instanceId: '', contactId: '', body: {}, at: expect.any(Number), outcome: 404 },
    ]);
    expect(onRequest.mock.calls).toEqual(connect.calls.map(call => [call]));
    const times = [before, ...connect.calls.map(call => call.at), performance.now()];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});

describe('The fault', () => {
  test('throttle answers 429 and changes nothing', async () => {
    const connect = await start({ faults: ['throttle'] });
    expect(await associate(connect, NEW_CHAT, ALL_FROM_C1)).toEqual({
      status: 429,
      errorType: 'ThrottlingException',
      body: { Message: 'Rate exceeded' },
    });
    expect(connect.contacts.get(NEW_CHAT)?.persistent).toBeUndefined();
  });

  test.each([
    ['error', 500, 'InternalServiceException'],
    ['error=503', 503, 'ServiceUnavailableException'],
    ['error=403', 403, 'AccessDeniedException'],
    ['error=404', 404, 'ResourceNotFoundException'],
    ['error=400', 400, 'InvalidRequestException'],
    ['error=429', 429, 'ThrottlingException'],
    ['error=502', 502, 'UnknownException'],
  ])('%s answers %i %s', async (spec, status, errorType) => {
    expect(await associate(await start({ faults: [spec] }), NEW_CHAT, ALL_FROM_C1)).toEqual(refused(status, errorType));
  });

  test('malformed answers 200 with an HTML page', async () => {
    const response = await post(await start({ faults: ['malformed'] }), NEW_CHAT, ALL_FROM_C1);
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(/^<html>/);
  });

  test('empty answers 200 with an object that has no id', async () => {
    const connect = await start({ faults: ['empty'] });
    expect(await associate(connect, NEW_CHAT, ALL_FROM_C1)).toEqual({ status: 200, errorType: null, body: {} });
  });

  test('truncated answers 200 with the first half of the JSON, as if that were all', async () => {
    const connect = await start({ faults: ['truncated'] });
    const whole = JSON.stringify(continuedFrom(C3).body);
    const response = await post(connect, NEW_CHAT, ALL_FROM_C1);
    const half = await response.text();
    expect([response.status, half]).toEqual([200, whole.slice(0, whole.length / 2)]);
    expect(connect.contacts.get(NEW_CHAT)?.persistent).toBe(true);
  });

  test('hang accepts the request and never answers', async () => {
    const { connect, received } = await startFaulty('hang');
    const answer = post(connect, NEW_CHAT, ALL_FROM_C1);
    expect((await received).outcome).toBe('hang');
    expect(await isPending(answer)).toBe(true);
    await connect.close();
    await expect(answer).rejects.toThrow();
  });

  test('stall sends headers and half of the body, then nothing', async () => {
    const connect = await start({ faults: ['stall'] });
    const response = await post(connect, NEW_CHAT, ALL_FROM_C1);
    const whole = JSON.stringify(continuedFrom(C3).body);
    expect([response.status, response.headers.get('content-length')]).toEqual([200, `${whole.length}`]);
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(whole.slice(0, whole.length / 2));
    const rest = reader?.read() ?? Promise.resolve();
    expect(await isPending(rest)).toBe(true);
    await connect.close();
    await expect(rest).rejects.toThrow();
  });

  test('drop sends headers and half of the body, then closes the connection', async () => {
    const connect = await start({ faults: ['drop'] });
    const response = await post(connect, NEW_CHAT, ALL_FROM_C1);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toMatchObject({ cause: { code: 'UND_ERR_SOCKET' } });
    expect(connect.contacts.get(NEW_CHAT)?.persistent).toBe(true);
  });

  test('trickle sends the body byte by byte', async () => {
    const connect = await start({ faults: ['trickle'] });
    const response = await post(connect, NEW_CHAT, ALL_FROM_C1);
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('{');
    await reader?.cancel();
  });

  test('reset resets the connection and carries nothing out', async () => {
    const connect = await start({ faults: ['reset'] });
    await expect(post(connect, NEW_CHAT, ALL_FROM_C1)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(connect.contacts.get(NEW_CHAT)?.persistent).toBeUndefined();
  });

  test('lost-answer carries the operation out and resets; the same token then gets the answer', async () => {
    const connect = await start({ faults: ['lost-answer*1'] });
    const members = { ...ALL_FROM_C1, ClientToken: 'token' };
    await expect(post(connect, NEW_CHAT, members)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(connect.contacts.get(NEW_CHAT)?.RelatedContactId).toBe(C3);
    expect(await associate(connect, NEW_CHAT, members)).toEqual(continuedFrom(C3));
  });

  test('slow carries the operation out at once and answers later', async () => {
    const { connect, received } = await startFaulty('slow=300');
    const answer = associate(connect, NEW_CHAT, ALL_FROM_C1);
    const { at } = await received;
    expect(connect.contacts.get(NEW_CHAT)?.RelatedContactId).toBe(C3);
    expect(await answer).toEqual(continuedFrom(C3));
    expect(performance.now() - at).toBeGreaterThan(290);
  });

  test('quota throttles what is over the bucket, and nothing before that', async () => {
    const connect = await start({ faults: ['quota'] });
    const answers = await Promise.all(Array.from({ length: 60 }, () => associate(connect, NEW_CHAT, ALL_FROM_C1)));
    const throttled = answers.filter(answer => answer.status === 429);
    // 60 at once would have to take ten seconds for the bucket to allow them all.
    expect(throttled.length).toBeGreaterThan(0);
    expect(answers.length - throttled.length).toBeGreaterThanOrEqual(QUOTAS.CreatePersistentContactAssociation.burst);
    expect(throttled[0]?.body).toEqual({ Message: 'Rate exceeded' });
    expect((await describeContact(connect, C1)).status).toBe(200);
  });

  test('hits as many requests as it was told, then the next one in order does', async () => {
    const connect = await start({ faults: ['throttle*2', 'error=503*1'] });
    for (const _ of '1234') await describeContact(connect, C1);
    expect(connect.calls.map(call => call.outcome)).toEqual(['throttle', 'throttle', 'error', 200]);
  });

  test('hits only the operation that it names', async () => {
    const connect = await start({
      faults: ['DescribeContact:error=503', 'CreatePersistentContactAssociation:throttle*1'],
    });
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    await describeContact(connect, C1);
    expect(connect.calls.map(call => call.outcome)).toEqual(['throttle', 200, 'error']);
  });

  test('can be replaced while the server runs', async () => {
    const connect = await start({ faults: ['throttle'] });
    connect.setFaults([]);
    expect((await describeContact(connect, C1)).status).toBe(200);
    expect(() => connect.setFaults(['thrott'])).toThrow('thrott');
  });
});

describe('A token bucket', () => {
  const seconds = (clock: { now: number }) => () => clock.now * 1000;
  const takeAll = (take: () => boolean) => {
    let taken = 0;
    while (take()) taken += 1;
    return taken;
  };

  test('starts full, refills at its rate, and never holds more than the burst', () => {
    const clock = { now: 100 };
    const take = tokenBucket({ rate: 5, burst: 8 }, seconds(clock));
    expect(takeAll(take)).toBe(8);
    clock.now += 1;
    expect(takeAll(take)).toBe(5);
    clock.now += 60;
    expect(takeAll(take)).toBe(8);
  });

  test('refills between whole seconds, and a refused request takes nothing', () => {
    const clock = { now: 0 };
    const take = tokenBucket({ rate: 5, burst: 8 }, seconds(clock));
    takeAll(take);
    for (const _ of '123') {
      clock.now += 0.0625;
      expect(take()).toBe(false);
    }
    clock.now += 0.0625;
    expect(take()).toBe(true);
  });

  test('has the documented quotas', () => {
    expect(QUOTAS).toEqual({
      CreatePersistentContactAssociation: { rate: 5, burst: 8 },
      DescribeContact: { rate: 10, burst: 15 },
    });
  });
});

describe('parseFault', () => {
  test('reads operation, name, number and times', () => {
    expect(parseFault('DescribeContact:error=503*2')).toEqual({
      operation: 'DescribeContact',
      name: 'error',
      status: 503,
      times: 2,
    });
    const all = { operation: undefined, times: Number.POSITIVE_INFINITY };
    expect(parseFault('error')).toEqual({ name: 'error', status: 500, ...all });
    expect(parseFault('slow')).toEqual({ name: 'slow', milliseconds: 1000, ...all });
    expect(parseFault('hang')).toEqual({ name: 'hang', ...all });
  });

  test.each([
    ['', '"" is not a fault', 'valid: quota, throttle'],
    ['thrott', '"thrott" is not a fault', 'valid: quota, throttle'],
    ['Describe:hang', '"Describe" is not an operation', 'DescribeContact'],
    ['error=200', '"200" is not', '400 to 599'],
    ['error=', '"" is not', '400 to 599'],
    ['slow=1.5', '"1.5" is not', 'milliseconds'],
    ['hang=3', 'hang takes no number', 'error and slow'],
    ['quota*3', 'quota takes no number of times', 'quota'],
    ['throttle*0', '"0" is not a number of times', 'from 1'],
    ['throttle*2*3', '"2*3" is not a number of times', 'from 1'],
  ])('says what is wrong with "%s"', (text, wrong, valid) => {
    expect(() => parseFault(text)).toThrow(`Fault "${text}": `);
    expect(() => parseFault(text)).toThrow(wrong);
    expect(() => parseFault(text)).toThrow(valid);
  });

  test('is asked before the server listens', async () => {
    await expect(startLocalConnect({ faults: ['nonsense'] })).rejects.toThrow('nonsense');
  });
});

describe('Stopping', () => {
  test('ends hanging, stalled and slow requests and leaves no socket', async () => {
    const connect = await start({ faults: ['hang*1', 'stall*1', 'slow=60000*1'] });
    const answers = ['1', '2', '3'].map(() => post(connect, NEW_CHAT, ALL_FROM_C1).then(response => response.text()));
    const settled = Promise.allSettled(answers);
    while (connect.calls.length < 3) await sleep(5);
    expect(connect.openSockets()).toBe(3);
    await connect.close();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(connect.openSockets()).toBe(0);
    await expect(get(connect, '/')).rejects.toThrow();
  });

  test('may be asked for twice', async () => {
    const connect = await start();
    await connect.close();
    await expect(connect.close()).resolves.toBeUndefined();
  });
});

describe('npm run connect', () => {
  const SCRIPT = new URL('../scripts/connect.ts', import.meta.url).pathname;

  const serving: ChildProcessWithoutNullStreams[] = [];
  afterEach(() => {
    for (const child of serving.splice(0)) child.kill('SIGKILL');
  });

  /** Starts the script on a free port; `heard` waits for a line on its standard error. */
  async function run(...args: string[]) {
    const child = spawn(process.execPath, [SCRIPT, '--port', '0', ...args]);
    serving.push(child);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', chunk => {
      said += chunk;
    });
    const heard = async (line: RegExp) => {
      while (!line.test(said)) await once(child.stderr, 'data');
      return line.exec(said)?.[1] ?? '';
    };
    return { child, heard, url: await heard(/AWS_ENDPOINT_URL_CONNECT=(\S+) /) };
  }

  test('runs until it is stopped, and exits 0 although answers are due', async () => {
    const { child, heard, url } = await run('--fault', 'slow=60000*1', '--fault', 'trickle');
    const path = `${url}/contacts/${INSTANCE_ID}/${C1}`;
    const exited = once(child, 'exit');
    const answers = [1, 2].map(() => {
      const answer = fetch(path, { headers: { authorization: 'any' } }).then(response => response.text());
      return expect(answer).rejects.toThrow();
    });
    await Promise.all([heard(new RegExp(`DescribeContact ${C1} -> slow\n`)), heard(/-> trickle\n/)]);
    child.kill('SIGTERM');
    await Promise.all(answers);
    expect(await exited).toEqual([0, null]);
  });

  test("lists the worked example's contacts and applies its options", async () => {
    const { heard, url } = await run('--transcript-delay', '3600', '--source-twice', 'refuse');
    await heard(new RegExp(`PAST_VOICE_CALL +${PAST_VOICE_CALL} `));
    const connect = { url };
    const justEnded = { RehydrationType: 'FROM_SEGMENT', SourceContactId: JUST_ENDED_CHAT };
    expect(await associate(connect, NEW_CHAT, justEnded)).toEqual(INVALID_REQUEST);
    expect(await associate(connect, NEW_CHAT, ALL_FROM_C1)).toEqual(continuedFrom(C3));
    expect(await associate(connect, TRANSFERRED_CHAT, ALL_FROM_C1)).toEqual(INVALID_REQUEST);
  });

  test('prints how it is used on standard output', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, '--help']);
    for (const word of ['--host', '--port', '--fault', '--source-twice', '--transcript-delay', ...FAULT_NAMES]) {
      expect(stdout).toContain(word);
    }
  });

  test.each([
    [['--port', 'http'], '--port is a whole number from 0 to 65535, not "http".'],
    [['--port', '65536'], '--port is a whole number from 0 to 65535, not "65536".'],
    [['--port', '1', '--fault', 'hiccup'], '"hiccup" is not a fault'],
    [['--source-twice', 'maybe'], '--source-twice is allow or refuse, not "maybe".'],
    [['--speed', '1'], "Unknown option '--speed'"],
  ])('says in one line what is wrong with %j and exits 1', async (args, message) => {
    const run = promisify(execFile)(process.execPath, [SCRIPT, ...args]);
    await expect(run).rejects.toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(message) });
    await expect(run).rejects.toMatchObject({ stderr: expect.stringMatching(/^.+\n$/) });
  });

  test('says which port is in use and exits 1', async () => {
    const { port } = await start();
    const run = promisify(execFile)(process.execPath, [SCRIPT, '--port', `${port}`]);
    await expect(run).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(`^.*EADDRINUSE.*:${port}\n$`) });
  });
});
