import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { C1, C3, INSTANCE_ID, NEW_CHAT } from '../../local/connect/index.ts';
import { blockForEachTest, startBlock } from '../support/block.ts';
import { chatEvent, eventFile } from '../support/events.ts';
import { startServer } from '../support/server.ts';

const VERSION: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
const world = blockForEachTest();

describe('the log', () => {
  test('has one line for an outcome, with the context, the ids, the origin of the source and the outcome', async () => {
    const { log } = await world.invoke(eventFile('source-in-attribute'));
    expect(log).toEqual([
      expect.objectContaining({
        level: 'INFO',
        version: VERSION,
        service: 'persistent-chat',
        function_request_id: expect.any(String),
        contactId: NEW_CHAT,
        instanceId: INSTANCE_ID,
        sourceContactIdFrom: 'attribute',
        rehydrationType: 'ENTIRE_PAST_SESSION',
        associationStatus: 'ASSOCIATED',
        continuedFromContactId: C3,
        ownerVerified: true,
        associationAttempts: 1,
        describeAttempts: 1,
        durationMs: expect.any(Number),
      }),
    ]);
  });

  test('has one line for what takes the Error branch, with the contact, and no metrics', async () => {
    const { log, metrics } = await world.invoke(eventFile('bad-rehydration-type'));
    const error = expect.objectContaining({ name: 'InvalidRehydrationTypeError' });
    expect(log).toEqual([expect.objectContaining({ level: 'ERROR', version: VERSION, contactId: NEW_CHAT, error })]);
    expect(metrics).toEqual({});
  });

  test('forgets a contact when the next invocation begins', async () => {
    await world.invoke(eventFile('entire-past-session'));
    const { log } = await world.invoke({});
    expect(log).toEqual([expect.not.objectContaining({ contactId: expect.anything() })]);
    expect(log).toMatchObject([{ version: VERSION }]);
  });

  test('has the length of an id that cannot be one, and not the id', async () => {
    const { log, written } = await world.continueFrom('ann@example.com');
    expect(log).toMatchObject([{ level: 'WARN', reason: 'SOURCE_CONTACT_ID_INVALID', sourceContactIdLength: 15 }]);
    expect(written).not.toContain('ann@example.com');
  });
});

describe('nothing of the customer is written', () => {
  const secrets = {
    Attributes: { secret: 'attribute-value', customerId: 'attribute-customer', sourceContactId: C1 },
    CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550199' },
    CustomerId: 'customer-secret',
    Name: 'a name',
  };
  const never =
    /attribute-value|attribute-customer|12025550199|customer-secret|a name|parameter-value|late delivery|refund/;
  const loud = { POWERTOOLS_LOG_LEVEL: 'DEBUG', POWERTOOLS_LOGGER_LOG_EVENT: 'true' };

  /** Invokes the block for a past chat, with a Connect that answers everything like this. */
  async function invokeWith(answer: RequestListener, environment: Record<string, string> = loud) {
    const block = await startBlock(await startServer(answer), environment);
    return block.invoke(chatEvent({ sourceContactId: C1 }), { remaining: 900 });
  }

  test.each([
    ['an association', [], 'ASSOCIATED'],
    ['a rejection', ['CreatePersistentContactAssociation:error=400'], 'REJECTED_BY_CONNECT'],
    ['an answer that is cut in the middle of a contact', ['DescribeContact:truncated'], 'CHECK_UNAVAILABLE'],
    ['a check that is denied', ['DescribeContact:error=403'], 'MissingPermissionError'],
  ])('about %s, though the whole event is to be logged', async (_, faults, says) => {
    world.connect.setFaults(faults);
    const { CustomerId, Attributes } = secrets;
    world.change(C1, { CustomerId, Attributes });
    for (const CUSTOMER_IDENTITY of ['AUTO', 'ATTRIBUTE']) {
      world.deploy({ ...loud, CUSTOMER_IDENTITY });
      const { written } = await world.invoke(chatEvent({}, secrets), { remaining: 900 });
      expect(written).toContain(NEW_CHAT);
      expect(written).toContain(says);
      expect(written).not.toMatch(never);
    }
  });

  test.each(['unknown', 'customerId'])(
    'about a parameter that the function does not know, or no longer: %s',
    async name => {
      world.deploy(loud);
      const { error, written } = await world.invoke(chatEvent({ [name]: 'parameter-value' }, secrets));
      expect(error?.name).toBe('UnknownParameterError');
      expect(written).not.toMatch(never);
    },
  );

  test.each([200, 403, 400])('about an answer of %d that is not JSON, though the error quotes it', async status => {
    const body = '{"Contact":{"CustomerId":customer-secret}}';
    const { written } = await invokeWith((_, response) => void response.writeHead(status).end(body));
    expect(written).toContain('The answer is not JSON.');
    expect(written).not.toMatch(never);
  });

  test('but the name, the message and the request id of an answer that denies', async () => {
    const { error, written, log } = await invokeWith((_, response) => {
      const headers = { 'x-amzn-ErrorType': 'AccessDeniedException', 'x-amzn-RequestId': 'request-1' };
      response.writeHead(403, headers).end('{"Message":"denied","Customer":"customer-secret","Arn":"attribute-value"}');
    });
    expect(error).toMatchObject({ name: 'MissingPermissionError', message: expect.stringContaining('denied') });
    expect(error?.cause).toEqual({ name: 'AccessDeniedException', message: 'denied', requestId: 'request-1' });
    expect(log).toMatchObject([{ level: 'ERROR', contactId: NEW_CHAT }]);
    expect(written).not.toMatch(never);
  });

  test('and of a message from Connect no more than 1,000 characters', async () => {
    const message = JSON.stringify({ Message: 'x'.repeat(100_000) });
    const { log } = await invokeWith((_, response) => void response.writeHead(400).end(message));
    expect(log).toMatchObject([{ serviceError: { message: 'x'.repeat(1_000), httpStatusCode: 400 } }]);
  });
});

describe('the metrics', () => {
  test('are one line for each applicable chat, with the service as their only dimension', async () => {
    const { written, metrics } = await world.continueFrom(C1);
    expect(written.split('\n').filter(line => line.includes('"_aws"'))).toHaveLength(1);
    expect(written).toContain('"Namespace":"PersistentChatBlock","Dimensions":[["service"]]');
    const none = { Failed: 0, RejectedByConnect: 0, NotOwned: 0 };
    expect(metrics).toEqual({ Returning: 1, Continued: 1, ...none, Unverified: 0, AssociationAttempts: 1 });
    expect((await world.invoke(eventFile('voice'))).metrics).toEqual({});
  });

  test('are of one invocation each', async () => {
    await world.invoke(eventFile('entire-past-session'));
    const { metrics } = await world.invoke(eventFile('new-customer'));
    expect(metrics).toMatchObject({ Returning: 0, Continued: 0 });
    expect(metrics).not.toHaveProperty('AssociationAttempts');
  });
});
