import type { RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  AGENT_A1,
  C1,
  C2,
  CUSTOMER_ID,
  INSTANCE_ARN,
  type LocalConnect,
  startLocalConnect,
} from '../../local/connect/index.ts';
import { associationsOf, type Block, startBlock } from '../support/block.ts';
import { chatEvent } from '../support/events.ts';
import { startServer } from '../support/server.ts';

const event = chatEvent(
  { sourceContactId: C1, rehydrationType: 'FROM_LAST_AGENT_SEGMENT' },
  { CustomerId: CUSTOMER_ID },
);
/** Half of it is for the checks. */
const SHORT = { remaining: 3_000 };

let connect: LocalConnect;
let block: Block;
beforeEach(async () => {
  connect = await startLocalConnect();
  block = await startBlock(connect);
});
afterEach(() => connect.close());

const listings = () => connect.calls.filter(({ operation }) => operation === 'ListAssociatedContacts');

describe('a list that the last agent needs', () => {
  test.each([
    ['throttle', 'THROTTLED'],
    ['hang', 'TIMED_OUT'],
    ['error=500', 'SERVICE_UNAVAILABLE'],
    ['empty', 'SERVICE_UNAVAILABLE'],
    ['malformed', 'SERVICE_UNAVAILABLE'],
  ])(
    '%s that stays is FAILED, %s: nothing is associated, and the owner is verified all the same',
    async (fault, reason) => {
      connect.setFaults([`ListAssociatedContacts:${fault}`]);
      const { attributes, log, metrics } = await block.invoke(event, SHORT);
      expect(attributes).toMatchObject({
        associationStatus: 'FAILED',
        reason,
        rehydrationType: 'FROM_LAST_AGENT_SEGMENT',
        // Of the contact that was named: its description was there.
        sourceAgentId: AGENT_A1.Id,
      });
      expect(associationsOf(connect)).toEqual([]);
      const attempts = listings().length;
      expect(attempts).toBeGreaterThan(0);
      expect(log).toMatchObject([
        { level: 'WARN', listAttempts: attempts, serviceError: { operation: 'ListAssociatedContacts' } },
      ]);
      expect(metrics).toMatchObject({ Returning: 1, Failed: 1 });
    },
  );

  test.each(['throttle*2', 'reset*1', 'empty*1', 'truncated*1'])('%s that goes away is retried', async fault => {
    connect.setFaults([`ListAssociatedContacts:${fault}`]);
    const { attributes, log } = await block.invoke(event, { remaining: 8_000 });
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C2 });
    expect(listings().length).toBeGreaterThan(1);
    expect(log).toMatchObject([{ level: 'INFO', listAttempts: listings().length }]);
  });

  test.each([
    ['error=404', 'SOURCE_CONTACT_NOT_FOUND'],
    ['error=400', 'REJECTED_BY_CONNECT'],
    ['error=409', 'REJECTED_BY_CONNECT'],
  ])('%s is REJECTED, %s, after one attempt', async (fault, reason) => {
    connect.setFaults([`ListAssociatedContacts:${fault}`]);
    const { attributes } = await block.invoke(event);
    expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason });
    expect(listings()).toHaveLength(1);
    expect(associationsOf(connect)).toEqual([]);
  });

  test('whose second page is not to be had is not taken for the whole', async () => {
    const past = connect.contacts.get(C2);
    for (let number = 0; number < 100; number++) {
      if (past) connect.contacts.set(`task-${number}`, { ...past, Id: `task-${number}`, Channel: 'TASK' });
    }
    connect.setFaults(['ListAssociatedContacts:slow=1*1', 'ListAssociatedContacts:throttle']);
    const { attributes } = await block.invoke(event, SHORT);
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'THROTTLED' });
    expect(associationsOf(connect)).toEqual([]);
  });
});

describe('a role that may not list', () => {
  test.each([
    ['to find the last agent', [], 0],
    ['to explain a refusal', ['CreatePersistentContactAssociation:error=400'], 1],
  ])('takes the Error branch, with a sentence that names only contacts: %s', async (_, faults, associations) => {
    connect.setFaults([...faults, 'ListAssociatedContacts:error=403']);
    const type = associations ? 'FROM_SEGMENT' : 'FROM_LAST_AGENT_SEGMENT';
    const { error, attributes } = await block.invoke(chatEvent({ sourceContactId: C1, rehydrationType: type }));
    expect(attributes).toBeUndefined();
    expect(error).toMatchObject({ name: 'MissingPermissionError' });
    expect(error?.message).toContain(
      `connect:ListAssociatedContacts. Allow this action on "${INSTANCE_ARN}/contact/*", `,
    );
    expect(error?.message).not.toContain(`"${INSTANCE_ARN}"`);
    expect(listings()).toHaveLength(1);
    expect(associationsOf(connect)).toHaveLength(associations);
  });
});

describe('a list that Amazon Connect does not give', () => {
  const ended = { Channel: 'CHAT', InitiationMethod: 'API', DisconnectTimestamp: 1 };
  const good = { ContactId: C1, ...ended };
  /** A session of one chat, with these lists of its contacts one after another, the last one for all that follow. */
  const answer = (...lists: unknown[]): RequestListener => {
    return ({ method, url = '' }, response) => {
      const answerTo = () => {
        if (method === 'POST') return { ContinuedFromContactId: C1 };
        if (url.startsWith('/contact/associated/'))
          return { ContactSummaryList: lists.length > 1 ? lists.shift() : lists[0] };
        const Id = decodeURIComponent(url.split('/').at(-1) ?? '');
        return { Contact: { Id, ...ended, CustomerId: CUSTOMER_ID, AgentInfo: AGENT_A1 } };
      };
      response.end(JSON.stringify(answerTo()));
    };
  };

  test.each([
    ['no list', 'many'],
    ['an entry that is no object', [good, null]],
    ['an entry without an id', [ended]],
    ['an id that is no text', [{ ...good, ContactId: 5 }]],
    ['an initial contact that is no text', [{ ...good, InitialContactId: {} }]],
    ['a channel that is no text', [{ ...good, Channel: 5 }]],
    ['an end that is no time', [{ ...good, DisconnectTimestamp: 'yesterday' }]],
  ])('is asked for again: %s', async (_, list) => {
    const server = await startServer(answer(list, [good]));
    const { attributes, log } = await (await startBlock(server)).invoke(event, { remaining: 8_000 });
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', sourceAgentId: AGENT_A1.Id });
    expect(Number(log[0]?.['listAttempts'])).toBeGreaterThan(1);
  });

  test('with a contact whose id no path can carry does not take the Error branch', async () => {
    const odd = { ...good, ContactId: '\ud800', InitialContactId: C1, DisconnectTimestamp: 2 };
    const server = await startServer(answer([good, odd]));
    const { error, attributes } = await (await startBlock(server)).invoke(event, { remaining: 2_000 });
    expect(error).toBeUndefined();
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'SERVICE_UNAVAILABLE' });
  });

  test.each(['\ud800', 5])(
    'with a token that no query can carry does not take the Error branch: %j',
    async NextToken => {
      const server = await startServer((request, response) => {
        if (request.url?.startsWith('/contact/associated/')) {
          response.end(JSON.stringify({ ContactSummaryList: [good], NextToken }));
        } else answer([good])(request, response);
      });
      const { error, attributes } = await (await startBlock(server)).invoke(event, { remaining: 2_000 });
      expect(error).toBeUndefined();
      expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'SERVICE_UNAVAILABLE' });
    },
  );
});
