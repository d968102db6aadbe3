import { once } from 'node:events';
import { beforeEach, describe, expect, test } from '@jest/globals';
import * as sample from './index.ts';
import * as support from './test-support.ts';
import { connect } from './test-support.ts';

const { C1, C2, C3, INSTANCE_ID, NEW_CHAT } = sample;
const { ALL_FROM_C1, refused, SEGMENT_C2, start, succeeded, UUID_V4 } = support;

const EVENT = 'application/vnd.amazonaws.connect.event';
const DENIED = refused(403, 'AccessDeniedException');
const INVALID = refused(400, 'ValidationException');
const BOTH = { Type: ['WEBSOCKET', 'CONNECTION_CREDENTIALS'] };
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

beforeEach(() => start());

/** What an item says, with its contact where that is one of a past chat. */
const shown = ({ Content, ContentType, RelatedContactId }: sample.ContactItem) => {
  const text = Content ?? ContentType.replace(`${EVENT}.`, '');
  return RelatedContactId === undefined ? text : `${RelatedContactId}: ${text}`;
};

/** A request of the participant service, which needs no signature. */
const participant = (bearer: string, name: string, body: object = {}) =>
  support.ask(connect, 'POST', `/participant/${name}`, body, { 'x-amz-bearer': bearer });

/** A chat whose customer is connected. */
async function chat(members?: object) {
  const { ContactId, ParticipantToken } = (await support.startChat(connect, members)).body;
  const connection = (body: object = BOTH) => participant(ParticipantToken, 'connection', body);
  const { Websocket, ConnectionCredentials } = (await connection()).body;
  const ask = (name: string, body?: object) => participant(ConnectionCredentials.ConnectionToken, name, body);
  const send = (Content: string, more?: object) => ask('message', { ContentType: 'text/plain', Content, ...more });
  const page = async (body?: object) => (await ask('transcript', body)).body;
  return { ContactId, ParticipantToken, url: Websocket.Url, connection, ask, send, page };
}

/** Every page of a chat's transcript, oldest item first. */
async function pages({ page }: Awaited<ReturnType<typeof chat>>, MaxResults: number): Promise<string[][]> {
  const all: string[][] = [];
  let next: object | undefined = {};
  while (next) {
    const { Transcript, NextToken } = await page({ MaxResults, SortOrder: 'ASCENDING', ...next });
    all.unshift(Transcript.map(shown));
    next = NextToken === undefined ? undefined : { NextToken, ScanDirection: 'BACKWARD' };
  }
  return all;
}

const SESSION = sample
  .sampleContacts(new Date())
  .filter(({ Id }) => [C1, C2, C3].includes(Id))
  .flatMap(({ Id, transcript = [] }) => transcript.map(item => shown({ ...item, RelatedContactId: Id })));
const SEGMENT = SESSION.filter(text => !text.startsWith(C3));
const NOW = ['chat.rehydrated', 'participant.joined'];

describe('The past messages of a chat', () => {
  test.each<[string, object, string[][]]>([
    ['an entire session', { PersistentChat: ALL_FROM_C1 }, [SESSION, NOW]],
    ['a segment, without what came after it', { PersistentChat: SEGMENT_C2 }, [SEGMENT, NOW]],
    ['nothing, but is related to another,', { RelatedContactId: C3 }, [['participant.joined']]],
  ])('that continues %s follow the first page, each with its contact', async (_, members, expected) => {
    const continued = await chat(members);
    expect(await pages(continued, 100)).toEqual(expected);
    const small = await pages(continued, 2);
    expect([small.every(({ length }) => length <= 2), small.flat()]).toEqual([true, expected.flat()]);
  });

  test('are those of what the past chat itself continued, too', async () => {
    const first = await chat({ PersistentChat: SEGMENT_C2 });
    await first.send('Hello again');
    await first.ask('disconnect');
    const items = ['chat.rehydrated', 'participant.joined', 'Hello again', 'participant.left', 'chat.ended'];
    const past = [...SEGMENT, ...items.map(text => `${first.ContactId}: ${text}`)];
    const second = await chat({ PersistentChat: { ...ALL_FROM_C1, SourceContactId: first.ContactId } });
    expect(await pages(second, 100)).toEqual([past, NOW]);
    expect(connect.transcript(second.ContactId).map(shown)).toEqual([...past, ...NOW]);
  });

  test('come once it is continued, after what was said before', async () => {
    const current = await chat();
    const { ContactId, send, page, ask } = current;
    await send('Hello');
    await support.associate(connect, ContactId, ALL_FROM_C1);
    const now = ['participant.joined', 'Hello', 'chat.rehydrated'];
    expect(await pages(current, 100)).toEqual([SESSION, now]);
    const forward = await page({ ScanDirection: 'FORWARD', SortOrder: 'ASCENDING' });
    expect([forward.Transcript.map(shown), forward.NextToken]).toEqual([now, undefined]);
    const { NextToken } = await page();
    for (const wrong of [{ ScanDirection: 'FORWARD' }, { ContactId }]) {
      expect(await ask('transcript', { NextToken, ...wrong })).toEqual(INVALID);
    }
  });
});

test('GetTranscript pages through the current chat from either end, in either order', async () => {
  const { send, page, ContactId } = await chat();
  for (const text of 'abcdefghijk') await send(text);
  const forward = { MaxResults: 9, SortOrder: 'ASCENDING', ScanDirection: 'FORWARD' };
  const { NextToken, InitialContactId } = await page(forward);
  expect(InitialContactId).toBe(ContactId);
  for (const [body, expected] of [
    [{}, 'k j i h g f e d c b'],
    [{ MaxResults: 3, ScanDirection: 'FORWARD' }, 'b a participant.joined'],
    [{ MaxResults: 3, SortOrder: 'ASCENDING' }, 'i j k'],
    [{ ...forward, NextToken }, 'i j k'],
    [{ MaxResults: 100, ContactId }, 'k j i h g f e d c b a participant.joined'],
    [{ ContactId: NEW_CHAT }, ''],
  ] as const) {
    expect((await page(body)).Transcript.map(shown).join(' ')).toBe(expected);
  }
});

describe('A participant', () => {
  test('connects with a token, and sends messages that are as the service model has them', async () => {
    const InitialMessage = { ContentType: 'text/plain', Content: 'x'.repeat(1024) };
    const { ContactId, connection, send, page } = await chat({ InitialMessage });
    const Websocket = { Url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/websocket\/./), ConnectionExpiry: TIME };
    const ConnectionCredentials = { ConnectionToken: expect.any(String), Expiry: TIME };
    expect(await connection()).toEqual(succeeded({ Websocket, ConnectionCredentials }));
    expect(await connection({ ConnectParticipant: true })).toEqual(succeeded({}));
    const sent = await send('Hello', { ClientToken: 'token' });
    const Id = expect.stringMatching(UUID_V4);
    expect(sent).toEqual(succeeded({ Id, AbsoluteTime: TIME }));
    expect(await send('Hello', { ClientToken: 'token' })).toEqual(sent);
    expect(await send('Bye', { ClientToken: 'token' })).toEqual(INVALID);
    connect.sendAsAgent(ContactId, 'Ana', 'Hi Jane');
    const customer = { ParticipantId: Id, DisplayName: 'Jane', ParticipantRole: 'CUSTOMER' };
    const item = { Id, AbsoluteTime: TIME, ContactId };
    const text = { ...item, Type: 'MESSAGE', ContentType: 'text/plain' };
    expect((await page()).Transcript.reverse()).toEqual([
      { ...text, ...customer, Content: InitialMessage.Content },
      { ...item, ...customer, Type: 'EVENT', ContentType: `${EVENT}.participant.joined` },
      { ...text, ...customer, Content: 'Hello', ...sent.body },
      { ...text, DisplayName: 'Ana', ParticipantRole: 'AGENT', Content: 'Hi Jane' },
    ]);
  });

  test.each<[string, (it: Awaited<ReturnType<typeof chat>>) => Promise<object>, object?]>([
    ['an unknown token', () => participant('x', 'connection', BOTH), DENIED],
    ['a connection token for a connection', ({ ask }) => ask('connection', BOTH), DENIED],
    ['a participant token for a transcript', it => participant(it.ParticipantToken, 'transcript'), DENIED],
    ['no Type', ({ connection }) => connection({})],
    ['a Type of another kind', ({ connection }) => connection({ Type: ['WEBRTC_CONNECTION'] })],
    ['an empty message', ({ send }) => send('')],
    ['1025 characters', ({ send }) => send('x'.repeat(1025))],
    ['another message type', ({ send }) => send('x', { ContentType: 'text/markdown' })],
    ['MaxResults 101', ({ ask }) => ask('transcript', { MaxResults: 101 })],
    ['an unknown SortOrder', ({ ask }) => ask('transcript', { SortOrder: 'UP' })],
    ['an invented NextToken', ({ ask }) => ask('transcript', { NextToken: 'invented' })],
    ['a StartPosition', ({ ask }) => ask('transcript', { StartPosition: { MostRecent: 1 } })],
  ])('is refused with %s', async (_, request, refusal = INVALID) => {
    expect(await request(await chat())).toEqual(refusal);
  });

  test.each([
    { seconds: 99, websocket: 'open', transcript: 200 },
    { seconds: 101, websocket: 'error', transcript: 200 },
    { seconds: 86_399, websocket: 'error', transcript: 200 },
    { seconds: 86_401, websocket: 'error', transcript: 403 },
  ])('has, after $seconds seconds, websocket $websocket and transcript $transcript', async row => {
    const { url, ask, connection } = await chat();
    support.setClock(row.seconds);
    const socket = new WebSocket(url);
    const websocket = await Promise.race(['open', 'error'].map(name => once(socket, name).then(() => name)));
    expect({ ...row, websocket, transcript: (await ask('transcript')).status }).toEqual(row);
    expect((await connection()).status).toBe(200);
  });

  test.each(['by the customer', 'by StopContact'])('is refused once the chat has ended %s', async how => {
    const { ContactId, connection, ask, send } = await chat();
    const stop = () => support.ask(connect, 'POST', '/contact/stop', { InstanceId: INSTANCE_ID, ContactId });
    expect(await (how === 'by StopContact' ? stop() : ask('disconnect'))).toEqual(succeeded({}));
    expect(await send('Hello')).toEqual(DENIED);
    expect(await connection()).toEqual(DENIED);
    expect(connect.transcript(ContactId).map(shown).at(-1)).toBe('chat.ended');
    expect(connect.contacts.get(ContactId)?.DisconnectTimestamp).toBeInstanceOf(Date);
  });

  test('is answered in a browser, whatever page asks', async () => {
    for (const method of ['OPTIONS', 'POST']) {
      const { headers } = await fetch(`${connect.url}/participant/message`, { method });
      expect(['origin', 'headers'].map(name => headers.get(`access-control-allow-${name}`))).toEqual(['*', '*']);
    }
    expect(connect.calls.map(call => call.operation)).toEqual(['SendMessage']);
  });
});

describe('The websocket', () => {
  /** A websocket that is subscribed to a topic, with what it got. */
  async function subscribe(url: string, topic = 'aws/chat') {
    const socket = new WebSocket(url);
    const got: { topic: string; content: string }[] = [];
    socket.addEventListener('message', ({ data }) => got.push(JSON.parse(String(data))));
    await once(socket, 'open');
    socket.send(JSON.stringify({ topic: 'aws/subscribe', content: { topics: [topic] } }));
    const heard = async (count: number) => {
      while (got.length < count) await once(socket, 'message');
      return got;
    };
    return { socket, heard };
  }
  const text = ({ content }: { content: string }) => shown(JSON.parse(content));

  test('answers as ChatJS expects, and shows the items of its own chat from then on', async () => {
    const { ContactId, url, send } = await chat();
    const other = await chat();
    const { socket, heard } = await subscribe(url);
    for (const said of ['no JSON', '{"topic":"aws/heartbeat"}', '{"topic":"aws/ping"}']) socket.send(said);
    expect(await heard(3)).toEqual([
      { topic: 'aws/subscribe', content: { status: 'success', topics: ['aws/chat'] } },
      { topic: 'aws/heartbeat' },
      { topic: 'aws/ping', statusCode: 200, statusContent: 'OK' },
    ]);
    await other.send('Not for you');
    await send('Hello');
    await support.associate(connect, ContactId, SEGMENT_C2);
    const [item, ...more] = (await heard(5)).slice(3);
    expect(item).toEqual({ topic: 'aws/chat', contentType: 'application/json', content: expect.any(String) });
    const ids = { ContactId, InitialContactId: ContactId };
    expect(JSON.parse(item?.content ?? '')).toMatchObject({ ...ids, Type: 'MESSAGE', Content: 'Hello' });
    expect(more.map(text)).toEqual(['chat.rehydrated']);
  });

  test('shows once that the chat was continued before anybody subscribed, and its end', async () => {
    const { url, ask } = await chat({ PersistentChat: SEGMENT_C2 });
    const first = await subscribe(url);
    expect((await first.heard(2)).slice(1).map(text)).toEqual(['chat.rehydrated']);
    const second = await subscribe(url);
    await second.heard(1);
    await ask('disconnect');
    expect((await second.heard(3)).slice(1).map(text)).toEqual(['participant.left', 'chat.ended']);
  });

  test('refuses another topic', async () => {
    const { heard } = await subscribe((await chat()).url, 'aws/voice');
    expect(await heard(1)).toMatchObject([{ topic: 'aws/subscribe', content: { status: 'failure' } }]);
  });
});

describe('Flows', () => {
  const ARN = `arn:aws:connect:us-east-1:111122223333:instance/${INSTANCE_ID}`;
  const ask = (method: string, path: string, body?: object) => support.ask(connect, method, path, body);
  const list = (kind: string, query = '') => ask('GET', `/${kind}-summary/${INSTANCE_ID}${query}`);
  const action = (Identifier: string, Type: string) => ({ Identifier, Type, Parameters: {}, Transitions: {} });
  const flow = { Version: '2019-10-30', StartAction: 'end', Actions: [action('end', 'DisconnectParticipant')] };
  const create = (Content: string, more: object = {}) =>
    ask('PUT', `/contact-flows/${INSTANCE_ID}`, { Name: 'verify', Type: 'CONTACT_FLOW', Content, ...more });

  test('are kept for the chats that name them, even with a warning, until they are deleted', async () => {
    const started = Promise.withResolvers<string | undefined>();
    await start({ onChatStarted: async (_, content) => started.resolve(content) });
    // Nothing leads to the second action, which is only a warning.
    const content = JSON.stringify({ ...flow, Actions: [...flow.Actions, action('lost', 'DisconnectParticipant')] });
    const created = await create(content);
    const { ContactFlowId } = created.body;
    expect(ContactFlowId).toMatch(UUID_V4);
    const ContactFlowArn = `${ARN}/contact-flow/${ContactFlowId}`;
    const FlowContentSha256 = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(created).toEqual(succeeded({ ContactFlowId, ContactFlowArn, FlowContentSha256 }));
    expect(await create(content)).toEqual(refused(409, 'DuplicateResourceException'));
    await support.startChat(connect, { ContactFlowId });
    expect(await started.promise).toBe(content);
    const state = { ContactFlowType: 'CONTACT_FLOW', ContactFlowState: 'ACTIVE', ContactFlowStatus: 'PUBLISHED' };
    const listed = [{ Id: ContactFlowId, Arn: ContactFlowArn, Name: 'verify', ...state }];
    const lists = { '': listed, '?contactFlowTypes=CONTACT_FLOW': listed, '?contactFlowTypes=AGENT_HOLD': [] };
    for (const [query, ContactFlowSummaryList] of Object.entries(lists)) {
      expect(await list('contact-flows', query)).toEqual(succeeded({ ContactFlowSummaryList }));
    }
    expect(await list('contact-flows', '?contactFlowTypes=HOLD')).toEqual(support.INVALID_PARAMETER);
    const remove = () => ask('DELETE', `/contact-flows/${INSTANCE_ID}/${ContactFlowId}`);
    expect(await remove()).toEqual(succeeded({}));
    expect(await list('contact-flows')).toEqual(succeeded({ ContactFlowSummaryList: [] }));
    expect(await remove()).toEqual(support.NOT_FOUND);
    expect(await support.startChat(connect, { ContactFlowId })).toEqual(support.NOT_FOUND);
    expect((await create(content)).status).toBe(200);
  });

  const MODULE = { Version: '2012-10-30', Settings: { InputParameters: [], OutputParameters: [], Transitions: [] } };
  test.each([
    ['{', ['This is no flow: it has no list of Actions.']],
    [
      JSON.stringify({ ...flow, ...MODULE, Actions: [action('end', 'EndFlowModuleExecution')] }),
      ['Actions: the service wants a flow, no flow module.', 'Version: the service wants 2019-10-30.'],
    ],
  ])('are refused as npm run check:flow refuses them, unless they are only saved: %s', async (content, messages) => {
    const problems = messages.map(message => ({ message }));
    const refusal = { status: 400, errorType: 'InvalidContactFlowException', body: { problems } };
    expect(await create(content)).toEqual(refusal);
    expect((await create(content, { Status: 'SAVED' })).status).toBe(200);
  });

  test('have one module to invoke, which is active', async () => {
    const module = { ...sample.FLOW_MODULE, Arn: `${ARN}/flow-module/${sample.FLOW_MODULE.Id}`, State: 'ACTIVE' };
    const lists = { '': [module], '?state=ARCHIVED': [] };
    for (const [query, ContactFlowModulesSummaryList] of Object.entries(lists)) {
      expect(await list('contact-flow-modules', query)).toEqual(succeeded({ ContactFlowModulesSummaryList }));
    }
  });
});
