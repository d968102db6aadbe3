import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  ACTIVE_CHAT,
  C1,
  C2,
  C3,
  INSTANCE_ARN,
  INSTANCE_ID,
  type LocalConnect,
  NEW_CHAT,
  OTHER_CUSTOMERS_CHAT,
  PAST_SMS,
  PAST_VOICE_CALL,
  startLocalConnect,
  TRANSFERRED_CHAT,
} from '../local-connect/index.ts';
import { type Block, type Invoked, startBlock } from './support/block.ts';
import { chatEvent, eventFile } from './support/events.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const ALWAYS = [
  'associationStatus',
  'continuedFromContactId',
  'reason',
  'rehydrationType',
  'retryAfterSeconds',
  'sourceContactId',
];

let connect: LocalConnect;
beforeEach(async () => {
  connect = await startLocalConnect();
});
afterEach(() => connect.close());

const associations = () => connect.calls.filter(({ operation }) => operation === 'CreatePersistentContactAssociation');

describe.each(['sources', 'bundle'] as const)('the block (%s)', from => {
  let block: Block;
  beforeEach(async () => {
    block = await startBlock(connect, {}, from);
  });

  describe("continues the reference's worked example", () => {
    test('the entire past session from C3', async () => {
      const { attributes } = await block.invoke(eventFile('entire-past-session'));
      expect(attributes).toEqual({
        associationStatus: 'ASSOCIATED',
        reason: '',
        continuedFromContactId: C3,
        rehydrationType: 'ENTIRE_PAST_SESSION',
        sourceContactId: C1,
        retryAfterSeconds: '',
      });
      expect(connect.contacts.get(NEW_CHAT)?.RelatedContactId).toBe(C3);
    });

    test('a segment, without the survey that followed it', async () => {
      const { attributes } = await block.invoke(eventFile('from-segment'));
      expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C2 });
    });
  });

  describe('for the events of events/', () => {
    test.each([
      ['source-in-attribute', { associationStatus: 'ASSOCIATED', continuedFromContactId: C3, sourceContactId: C1 }],
      ['new-customer', { associationStatus: 'NO_SOURCE_CONTACT', reason: '' }],
      ['transferred-contact', { associationStatus: 'ASSOCIATED', continuedFromContactId: C3 }],
      ['sms', { associationStatus: 'ASSOCIATED', continuedFromContactId: PAST_SMS }],
      ['voice', { associationStatus: 'NOT_APPLICABLE', reason: 'CHANNEL_NOT_SUPPORTED' }],
      ['survey-in-disconnect-flow', { associationStatus: 'NOT_APPLICABLE', reason: 'DISCONNECT_FLOW' }],
    ])('%s answers %j', async (name, expected) => {
      const { attributes } = await block.invoke(eventFile(name));
      expect(attributes).toMatchObject(expected);
      expect(Object.keys(attributes ?? {}).sort()).toEqual(ALWAYS);
      expect(Object.values(attributes ?? {}).every(value => typeof value === 'string')).toBe(true);
    });

    test('bad-rehydration-type takes the Error branch', async () => {
      const { error } = await block.invoke(eventFile('bad-rehydration-type'));
      expect(error).toMatchObject({
        name: 'InvalidRehydrationTypeError',
        message: expect.stringContaining('"LAST_SEGMENT"'),
      });
    });
  });

  describe('rejects', () => {
    test.each([
      ['SOURCE_CONTACT_NOT_FOUND', { sourceContactId: NOBODY }],
      ['SOURCE_CONTACT_NOT_FOUND', { sourceContactId: '..' }],
      ['SOURCE_CONTACT_NOT_CHAT', { sourceContactId: PAST_VOICE_CALL }],
      ['SOURCE_CONTACT_STILL_ACTIVE', { sourceContactId: ACTIVE_CHAT }],
      ['SOURCE_CONTACT_IN_CURRENT_SESSION', { sourceContactId: NEW_CHAT }],
      ['SOURCE_CONTACT_NOT_OWNED', { sourceContactId: OTHER_CUSTOMERS_CHAT, customerId: 'somebody' }],
    ])('with %s: %j', async (reason, parameters) => {
      const { attributes } = await block.invoke(chatEvent(parameters));
      expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason, continuedFromContactId: '' });
      expect(associations()).toEqual([]);
    });
  });

  test('sends the current contact, not the initial one of its session', async () => {
    await block.invoke(eventFile('transferred-contact'));
    expect(associations()).toMatchObject([{ contactId: TRANSFERRED_CHAT, instanceId: INSTANCE_ID }]);
  });

  test('calls nothing for a customer without a past chat', async () => {
    await block.invoke(eventFile('new-customer'));
    expect(connect.calls).toEqual([]);
  });

  describe('throws', () => {
    test('a malformed event, even where nothing would be called', async () => {
      const { error } = await block.invoke(chatEvent({}, { Channel: 'VOICE', ContactId: '' }));
      expect(error?.name).toBe('MalformedEventError');
    });

    test('a time limit that does not exist, with its value', async () => {
      const { error } = await block.invoke(chatEvent({ timeLimitSeconds: 'eight' }));
      expect(error).toMatchObject({ name: 'InvalidTimeLimitError', message: expect.stringContaining('"eight"') });
    });

    test.each(['CreatePersistentContactAssociation', 'DescribeContact'])(
      'a missing permission to %s at once, with the two resources that the policy needs',
      async operation => {
        connect.setFaults([`${operation}:error=403`]);
        const { error } = await block.invoke(chatEvent({ sourceContactId: C1 }));
        expect(error?.name).toBe('MissingPermissionError');
        expect(error?.message).toContain(`connect:${operation}`);
        expect(error?.message).toContain(`"${INSTANCE_ARN}"`);
        expect(error?.message).toContain(`"${INSTANCE_ARN}/contact/*"`);
        expect(connect.calls.filter(call => call.operation === operation)).toHaveLength(1);
      },
    );

    test('missing credentials at once, with the names of the variables', async () => {
      block = await startBlock(connect, { AWS_ACCESS_KEY_ID: undefined }, from);
      const { error, milliseconds } = await block.invoke(chatEvent({ sourceContactId: C1 }));
      expect(error).toMatchObject({ name: 'CredentialsError', message: expect.stringContaining('AWS_ACCESS_KEY_ID') });
      expect(milliseconds).toBeLessThan(1_000);
    });

    test('a missing Region at once, with the name of the variable', async () => {
      block = await startBlock(connect, { AWS_REGION: undefined }, from);
      const { error, milliseconds } = await block.invoke(chatEvent({ sourceContactId: C1 }));
      expect(error).toMatchObject({ name: 'MissingRegionError', message: expect.stringContaining('AWS_REGION') });
      expect(milliseconds).toBeLessThan(1_000);
    });

    test('a bad environment variable at start-up', async () => {
      await expect(startBlock(connect, { DEFAULT_REHYDRATION_TYPE: 'ALL' }, from)).rejects.toMatchObject({
        name: 'InvalidEnvironmentError',
        message: expect.stringContaining('DEFAULT_REHYDRATION_TYPE is "ALL"'),
      });
    });
  });

  describe('invoked again by Connect', () => {
    test('associates once, and answers the same', async () => {
      const first = await block.invoke(chatEvent({ sourceContactId: C1 }));
      const again = await (await startBlock(connect, {}, from)).invoke(chatEvent({ sourceContactId: C1 }));
      expect(again.attributes).toEqual(first.attributes);
      expect(new Set(associations().map(({ body }) => body['ClientToken'])).size).toBe(1);
    });
  });

  test('answers FAILED, TIMED_OUT should it ever not settle by itself', async () => {
    connect.setFaults(['hang']);
    // Middy asks for the remaining time after the handler did: this one is told another.
    const remaining = [7_000, 150];
    const { attributes, log, metrics, milliseconds } = await block.invoke(
      chatEvent({ sourceContactId: C1, timeLimitSeconds: '1' }),
      { remaining: () => remaining.shift() ?? 0 },
    );
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'TIMED_OUT', sourceContactId: '' });
    expect(milliseconds).toBeLessThan(800);
    expect(log).toMatchObject([{ level: 'WARN', contactId: NEW_CHAT, reason: 'TIMED_OUT' }]);
    expect(metrics).toEqual({ FAILED: 1, TIMED_OUT: 1 });

    // What it would have said comes when another invocation may be running.
    connect.setFaults([]);
    const next = await block.invoke(chatEvent({}, { ContactId: 'next' }), { listen: 1_000 });
    expect(next.log).toMatchObject([{ contactId: 'next', associationStatus: 'NO_SOURCE_CONTACT' }]);
  });

  describe('with the source check off', () => {
    beforeEach(async () => {
      block = await startBlock(connect, { SOURCE_CONTACT_CHECK: 'OFF' }, from);
    });

    test('makes one call', async () => {
      const { attributes } = await block.invoke(eventFile('entire-past-session'));
      expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C3 });
      expect(connect.calls.map(({ operation }) => operation)).toEqual(['CreatePersistentContactAssociation']);
    });

    test.each([
      ['SOURCE_CONTACT_NOT_FOUND', { sourceContactId: NOBODY }],
      ['REJECTED_BY_CONNECT', { sourceContactId: ACTIVE_CHAT }],
      ['REJECTED_BY_CONNECT', { sourceContactId: PAST_VOICE_CALL }],
      ['REJECTED_BY_CONNECT', { sourceContactId: C2 }],
    ])('leaves the rest to Connect: %s for %j', async (reason, parameters) => {
      const { attributes, log } = await block.invoke(chatEvent(parameters));
      expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason });
      expect(connect.calls).toHaveLength(1);
      expect(log).toMatchObject([
        { serviceError: { message: expect.stringMatching(/./), requestId: expect.stringMatching(/./) } },
      ]);
    });
  });
});

describe('the log', () => {
  const secrets = {
    Attributes: { secret: 'attribute-value', customerId: 'attribute-customer', sourceContactId: C1 },
    CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550199' },
    CustomerId: 'customer-secret',
    Name: 'a name',
  };
  const never =
    /attribute-value|attribute-customer|12025550199|customer-secret|a name|parameter-customer|late delivery|refund/;

  test('has one line for an outcome, with the context, the ids, the origin of the source and the outcome', async () => {
    const block = await startBlock(connect);
    const { log } = await block.invoke(eventFile('source-in-attribute'));
    expect(log).toEqual([
      expect.objectContaining({
        level: 'INFO',
        service: 'persistent-chat',
        function_request_id: expect.any(String),
        contactId: NEW_CHAT,
        instanceId: INSTANCE_ID,
        sourceFrom: 'attribute',
        associationStatus: 'ASSOCIATED',
        continuedFromContactId: C3,
        unverified: false,
        attempts: 1,
        milliseconds: expect.any(Number),
      }),
    ]);
  });

  test('has one line for what takes the Error branch, with the contact', async () => {
    const block = await startBlock(connect);
    const { log } = await block.invoke(eventFile('bad-rehydration-type'));
    expect(log).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        contactId: NEW_CHAT,
        error: expect.objectContaining({ name: 'InvalidRehydrationTypeError' }),
      }),
    ]);
  });

  test('forgets a contact when the next invocation begins', async () => {
    const block = await startBlock(connect);
    await block.invoke(eventFile('entire-past-session'));
    const { log } = await block.invoke({});
    expect(log).toEqual([expect.not.objectContaining({ contactId: expect.anything() })]);
  });

  test.each([
    ['an association', []],
    ['a rejection', ['CreatePersistentContactAssociation:error=400']],
    ['an answer that is cut in the middle of a contact', ['DescribeContact:truncated']],
    ['a denied look', ['DescribeContact:error=403']],
  ])('shows nothing of the customer: %s', async (_, faults) => {
    connect.setFaults(faults);
    const block = await startBlock(connect, { CUSTOMER_IDENTITY: 'ATTRIBUTE', POWERTOOLS_LOG_LEVEL: 'DEBUG' });
    for (const customerId of ['', 'parameter-customer']) {
      const { written } = await block.invoke(chatEvent({ customerId }, secrets), { remaining: 900 });
      expect(written).toContain(NEW_CHAT);
      expect(written).not.toMatch(never);
    }
  });
});

describe('an answer that the local Amazon Connect does not give', () => {
  async function answered(status: number, body: string, headers: Record<string, string> = {}): Promise<Invoked> {
    const server = createServer((_, response) => response.writeHead(status, headers).end(body));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const block = await startBlock({ url: `http://127.0.0.1:${port}` });
    const invoked = await block.invoke(chatEvent({ sourceContactId: C1 }), { remaining: 900 });
    server.closeAllConnections();
    server.close();
    return invoked;
  }

  test('is not in the log where it is not JSON, though the error quotes it', async () => {
    const { log, written } = await answered(200, '{"Contact":{"CustomerId":customer-secret}}');
    expect(log).toMatchObject([{ serviceError: { name: 'SyntaxError', message: 'The answer is not JSON.' } }]);
    expect(written).not.toContain('customer-secret');
  });

  test('of 403 without a type is about credentials, and not quoted either', async () => {
    const { error, written } = await answered(403, '{"CustomerId":customer-secret}');
    expect(error).toMatchObject({ name: 'CredentialsError', message: expect.stringContaining('is not JSON') });
    expect(written).not.toContain('customer-secret');
  });

  test('of 400 is about credentials when its type says so', async () => {
    const { error } = await answered(400, '{"Message":"expired"}', { 'x-amzn-ErrorType': 'ExpiredTokenException' });
    expect(error).toMatchObject({ name: 'CredentialsError', message: expect.stringContaining('ExpiredToken') });
  });

  test('with a contact that makes no sense is as if there were none', async () => {
    const { attributes, log } = await answered(200, '{"Contact":{"Channel":"CHAT","InitialContactId":5}}');
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'SERVICE_UNAVAILABLE' });
    expect(log).toMatchObject([{ lookedInVain: true, unverified: true }]);
  });
});

describe('the metrics', () => {
  test('count the status, the attempts, and an association that nobody verified', async () => {
    const block = await startBlock(connect);
    const { metrics } = await block.invoke(chatEvent({ sourceContactId: C1 }));
    expect(metrics).toEqual({ ASSOCIATED: 1, ATTEMPTS: 1, UNVERIFIED: 1 });
  });

  test('count the reason', async () => {
    const block = await startBlock(connect);
    const { metrics } = await block.invoke(chatEvent({ sourceContactId: NOBODY }));
    expect(metrics).toEqual({ REJECTED: 1, SOURCE_CONTACT_NOT_FOUND: 1 });
  });

  test('have the service and the instance as dimensions', async () => {
    const block = await startBlock(connect);
    const { written } = await block.invoke(eventFile('voice'));
    expect(written).toContain('"Namespace":"PersistentChatBlock","Dimensions":[["service","InstanceId"]]');
    expect(written).toContain(`"InstanceId":"${INSTANCE_ID}"`);
  });
});
