import {
  ConnectClient,
  CreatePersistentContactAssociationCommand,
  DescribeContactCommand,
  GetContactAttributesCommand,
  ListAssociatedContactsCommand,
  StartChatContactCommand,
  StopContactCommand,
} from '@aws-sdk/client-connect';
import { describe, expect, jest, test } from '@jest/globals';
import {
  C1,
  C2,
  C3,
  CUSTOMER_ID,
  CUSTOMER_PHONE_NUMBER,
  INSTANCE_ID,
  type LocalConnect,
  NEW_CHAT,
  PAST_SMS,
  sampleContacts,
  VOICE_CALL,
} from '../../local/connect/index.ts';
import {
  ALL_FROM_C1,
  associate,
  changed,
  continuedFrom,
  describeContact,
  get,
  getAttributes,
  INVALID_PARAMETER,
  INVALID_REQUEST,
  listAssociated,
  NOT_FOUND,
  outcome,
  post,
  refused,
  SEGMENT_C2,
  start,
  startChat,
  stopContact,
  UUID_V4,
} from './support.ts';

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
    const connect = client(await start({ contacts: sampleContacts(now) }));
    const input = { InstanceId: INSTANCE_ID, InitialContactId: NEW_CHAT, ...SEGMENT_C2 };
    const association = await connect.send(new CreatePersistentContactAssociationCommand(input));
    expect(association.ContinuedFromContactId).toBe(C2);
    expect(association.$metadata.requestId).toMatch(UUID_V4);
    const { Contact } = await connect.send(
      new DescribeContactCommand({ InstanceId: INSTANCE_ID, ContactId: NEW_CHAT }),
    );
    expect(Contact).toMatchObject({ RelatedContactId: C2, InitiationTimestamp: now });
  });

  test('starts, lists, reads and stops a chat', async () => {
    const server = await start();
    const connect = client(server);
    const started = await connect.send(
      new StartChatContactCommand({
        InstanceId: INSTANCE_ID,
        ContactFlowId: 'any-flow',
        ParticipantDetails: { DisplayName: 'Jane' },
        InitialMessage: { ContentType: 'text/plain', Content: 'Hello' },
        Attributes: { topic: 'new order' },
        PersistentChat: SEGMENT_C2,
      }),
    );
    expect(started).toMatchObject({ ContinuedFromContactId: C2, ParticipantToken: expect.any(String) });
    const { ContactId } = started;
    const attributes = new GetContactAttributesCommand({ InstanceId: INSTANCE_ID, InitialContactId: ContactId });
    expect((await connect.send(attributes)).Attributes).toEqual({ customerId: CUSTOMER_ID, topic: 'new order' });

    await connect.send(new StopContactCommand({ InstanceId: INSTANCE_ID, ContactId }));
    const list = { InstanceId: INSTANCE_ID, ContactId: C1, MaxResults: 4 };
    const { NextToken } = await connect.send(new ListAssociatedContactsCommand(list));
    const lastPage = await connect.send(new ListAssociatedContactsCommand({ ...list, NextToken }));
    expect(lastPage.ContactSummaryList).toEqual([
      {
        ContactId,
        ContactArn: expect.stringMatching(`/contact/${ContactId}$`),
        RelatedContactId: C2,
        InitiationMethod: 'API',
        Channel: 'CHAT',
        InitiationTimestamp: expect.any(Date),
        DisconnectTimestamp: server.contacts.get(ContactId ?? '')?.DisconnectTimestamp,
      },
    ]);
  });

  test('sends StartChatContact with a ClientToken of its own', async () => {
    const connect = await start();
    const input = { InstanceId: INSTANCE_ID, ContactFlowId: 'any-flow', ParticipantDetails: { DisplayName: 'Jane' } };
    await client(connect).send(new StartChatContactCommand(input));
    expect(connect.calls[0]?.body.ClientToken).toMatch(UUID_V4);
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
    await expect(
      client(connect).send(new StopContactCommand({ InstanceId: INSTANCE_ID, ContactId: C1 })),
    ).rejects.toMatchObject({ name: 'ContactNotFoundException' });
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
        durationMs: expect.any(Number),
      },
      {
        operation: 'DescribeContact',
        instanceId: INSTANCE_ID,
        contactId: C1,
        body: {},
        at: expect.any(Number),
        outcome: 'throttle',
        errorType: 'ThrottlingException',
        message: 'Rate exceeded',
        durationMs: expect.any(Number),
      },
      {
        operation: 'UnknownOperation',
        instanceId: '',
        contactId: '',
        body: {},
        at: expect.any(Number),
        outcome: 404,
        errorType: 'UnknownOperationException',
        message: 'No such operation.',
        durationMs: expect.any(Number),
      },
    ]);
    expect(onRequest.mock.calls).toEqual(connect.calls.map(call => [call]));
    const times = [before, ...connect.calls.map(call => call.at), performance.now()];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('name instance and contact wherever the request has them', async () => {
    const connect = await start();
    await startChat(connect);
    await stopContact(connect, NEW_CHAT);
    await listAssociated(connect, { contactId: C1 });
    await getAttributes(connect, C2);
    expect(connect.calls.map(call => [call.operation, call.instanceId, call.contactId])).toEqual([
      ['StartChatContact', INSTANCE_ID, ''],
      ['StopContact', INSTANCE_ID, NEW_CHAT],
      ['ListAssociatedContacts', INSTANCE_ID, C1],
      ['GetContactAttributes', INSTANCE_ID, C2],
    ]);
  });

  test('last as long as the answer took, and have no duration without one', async () => {
    const connect = await start({ faults: ['slow=100*1', 'reset*1'] });
    await describeContact(connect, C1);
    await expect(describeContact(connect, C1)).rejects.toThrow();
    // A timer may fire a millisecond early.
    expect(connect.calls[0]?.durationMs).toBeGreaterThan(98);
    expect(connect.calls[1]).not.toHaveProperty('durationMs');
  });

  test('hold the message of a refusal', async () => {
    const connect = await start();
    await associate(connect, VOICE_CALL, ALL_FROM_C1);
    const refusal = {
      outcome: 400,
      errorType: 'InvalidRequestException',
      message: 'The current contact is not a chat.',
    };
    expect(connect.calls).toEqual([expect.objectContaining(refusal)]);
  });
});
