import type { RequestListener } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import {
  AGENT_A1,
  AGENT_A2,
  C1,
  C2,
  C3,
  type Contact,
  CUSTOMER_ID,
  INSTANCE_ID,
  NEW_CHAT,
  PERSISTENT_CHAT,
  QUEUE,
} from '../../local/connect/index.ts';
import { clientToken } from '../../src/aws/connect.ts';
import { blockForEachTest, startBlock } from '../support/block.ts';
import { chatEvent } from '../support/events.ts';
import { startServer } from '../support/server.ts';

const KNOWN = { CustomerId: CUSTOMER_ID };
const LAST_AGENT = { rehydrationType: 'FROM_LAST_AGENT_SEGMENT' };
const LIST = 'ListAssociatedContacts';
const world = blockForEachTest();

const continueFrom = (sourceContactId: string, contactData: object = {}) =>
  world.continueFrom(sourceContactId, LAST_AGENT, { ...KNOWN, ...contactData });
const contact = (id: string) => world.connect.contacts.get(id) as Contact;
const sent = () => world.associations().map(({ SourceContactId }) => SourceContactId);

/** Adds a chat to the past session that ended this many minutes after all others: like C2, with these fields. */
function add(id: string, minutes: number, fields: Partial<Contact> = {}): void {
  const DisconnectTimestamp = new Date(Number(contact(C3).DisconnectTimestamp) + minutes * 60_000);
  world.change(id, { DisconnectTimestamp, ...fields }, C2);
}

describe('the last chat of a past session that an agent handled', () => {
  test.each<[string, string, string[]]>([
    ['the first contact', C1, [`DescribeContact ${C2}`]],
    ['that chat itself, which is described once', C2, []],
    ['the survey', C3, [`DescribeContact ${C2}`]],
  ])('is continued from any of its contacts: %s', async (_, sourceContactId, selection) => {
    const before = Date.now();
    const { attributes, log } = await continueFrom(sourceContactId);
    expect(attributes).toMatchObject({
      associationStatus: 'ASSOCIATED',
      continuedFromContactId: C2,
      ...LAST_AGENT,
      sourceContactId,
      sourceAgentId: AGENT_A2.Id,
      sourceQueueId: QUEUE.Id,
      sourceEndedSecondsAgo: expect.stringMatching(/^\d+$/),
    });
    const ended = Number(contact(C2).DisconnectTimestamp);
    expect(Number(attributes?.sourceEndedSecondsAgo)).toBeGreaterThanOrEqual(Math.floor((before - ended) / 1_000));
    expect(Number(attributes?.sourceEndedSecondsAgo)).toBeLessThanOrEqual((Date.now() - ended) / 1_000);
    expect(log).toMatchObject([{ ...LAST_AGENT, ownerVerified: true, listAttempts: 1 }]);
    expect(world.requests()).toEqual([
      `DescribeContact ${sourceContactId}`,
      `${LIST} ${sourceContactId}`,
      ...selection,
      `CreatePersistentContactAssociation ${NEW_CHAT}`,
    ]);
    // As FROM_SEGMENT on it would be.
    const ClientToken = clientToken(INSTANCE_ID, {
      contactId: NEW_CHAT,
      sourceContactId: C2,
      rehydrationType: 'FROM_SEGMENT',
    });
    expect(world.associations()).toEqual([{ RehydrationType: 'FROM_SEGMENT', SourceContactId: C2, ClientToken }]);
  });

  const noAgent = { AgentInfo: undefined };
  test.each<[string, () => void, described: string[], sent: string]>([
    ['not a later one without an agent', () => add('bot', 1, noAgent), [C3, 'bot', C2], C2],
    ['perhaps the first, which names no initial one', () => world.change(C2, noAgent), [C3, C2, C1], C1],
    [
      'no task, no survey and none of a linked session, though an agent handled them',
      () => {
        add('task', 1, { Channel: 'TASK' });
        add('survey', 2, { InitiationMethod: 'DISCONNECT' });
        add('linked', 3, { InitialContactId: PERSISTENT_CHAT });
      },
      [C3, C2],
      C2,
    ],
    [
      'else the newest one',
      () => {
        for (const id of [C1, C2]) world.change(id, noAgent);
      },
      [C3, C2, C1],
      C2,
    ],
    [
      'and without any chat the source itself',
      () => {
        for (const id of [C1, C2]) world.connect.contacts.delete(id);
      },
      [C3],
      C3,
    ],
    [
      'one of the three newest',
      () => {
        for (const number of [1, 2, 3]) add(`bot-${number}`, number, noAgent);
      },
      [C3, 'bot-3', 'bot-2', 'bot-1'],
      'bot-3',
    ],
  ])('is %s', async (_, prepare, described, expected) => {
    prepare();
    const { attributes } = await continueFrom(C3);
    expect(attributes).toMatchObject({ sourceAgentId: contact(expected).AgentInfo?.Id ?? '' });
    expect(world.calledFor('DescribeContact')).toEqual(described);
    expect(sent()).toEqual([expected]);
  });

  test.each([
    [200, 'agent'],
    [201, C2],
  ])('is looked for on two pages of 100: number %d of 250 contacts', async (position, expected) => {
    const inTree = 4; // The sample session and the chat that continues it.
    for (let number = inTree + 1; number <= 250; number++) {
      if (number === position) add('agent', 1);
      else add(`task-${number}`, 0, { Channel: 'TASK' });
    }
    await continueFrom(C3);
    expect(world.calledFor(LIST)).toHaveLength(2);
    expect(sent()).toEqual([expected]);
  });

  test('is found from a source in capital letters too, which is described once', async () => {
    world.connect.contacts.set(C2.toUpperCase(), contact(C2));
    await continueFrom(C2.toUpperCase());
    expect(world.calledFor('DescribeContact')).toEqual([C2.toUpperCase()]);
    expect(sent()).toEqual([C2]);
  });

  test.each<[string, object, string | undefined]>([
    ['OWNER_IF_KNOWN', KNOWN, undefined],
    ['OWNER_IF_KNOWN', { CustomerId: null }, CUSTOMER_ID],
    ['CONTACT', KNOWN, CUSTOMER_ID],
  ])(
    'may be of an owner that is not verified, and nothing is said of its agent: %s, %j, %j',
    async (check, customer, CustomerId) => {
      await world.deploy({ SOURCE_CONTACT_CHECK: check });
      world.change(C2, { CustomerId });
      expect((await continueFrom(C3, customer)).attributes).toMatchObject({
        ...{ associationStatus: 'ASSOCIATED', continuedFromContactId: C2 },
        ...{ sourceAgentId: '', sourceQueueId: '', sourceEndedSecondsAgo: '' },
      });
    },
  );
});

test.each([
  ['ENTIRE_PAST_SESSION', C1, AGENT_A1.Id],
  // C1 is described as well, for its owner only.
  ['ENTIRE_PAST_SESSION', C2, AGENT_A2.Id],
  ['ENTIRE_PAST_SESSION', C3, ''],
  ['FROM_SEGMENT', C1, AGENT_A1.Id],
])('the agent is else the one of the contact that was named: %s, %s', async (rehydrationType, id, sourceAgentId) => {
  expect((await world.continueFrom(id, { rehydrationType }, KNOWN)).attributes).toMatchObject({ sourceAgentId });
});

describe('the list and the descriptions that the last agent needs', () => {
  const DESCRIBE = 'DescribeContact';
  test.each([
    ['a list', [`${LIST}:throttle`], 0, LIST, 'THROTTLED'],
    ['a list', [`${LIST}:empty`], 0, LIST, 'SERVICE_UNAVAILABLE'],
    ['its second page', [`${LIST}:slow=1*1`, `${LIST}:throttle`], 100, LIST, 'THROTTLED'],
    ['a second description', [`${DESCRIBE}:slow=1*1`, `${DESCRIBE}:throttle`], 0, DESCRIBE, 'THROTTLED'],
  ])('are FAILED without %s in half of the time: %j', async (_, faults, tasks, operation, reason) => {
    for (let number = 0; number < tasks; number++) add(`task-${number}`, 0, { Channel: 'TASK' });
    world.connect.setFaults(faults);
    const { attributes, log } = await continueFrom(C1, { remaining: 3_000 });
    // The agent of the contact that was named: its description was there.
    expect(attributes).toMatchObject({
      associationStatus: 'FAILED',
      reason,
      ...LAST_AGENT,
      sourceAgentId: AGENT_A1.Id,
    });
    expect(sent()).toEqual([]);
    const listAttempts = world.calledFor(LIST).length;
    expect(log).toMatchObject([{ level: 'WARN', listAttempts, serviceError: { operation } }]);
    // Half of it are 1,420; all would be 2,840.
    expect(log[0]?.['durationMs']).toBeLessThan(2_200);
  });

  const ended = { Channel: 'CHAT', InitiationMethod: 'API', DisconnectTimestamp: 1 };
  const good = { ContactId: C1, ...ended };
  const FAILED = { associationStatus: 'FAILED', reason: 'SERVICE_UNAVAILABLE' };
  test.each<[string, object[], expected: object]>([
    [
      'is asked for again',
      [{ ContactSummaryList: [good, null] }, { ContactSummaryList: [good] }],
      { associationStatus: 'ASSOCIATED', sourceAgentId: AGENT_A1.Id },
    ],
    ['has an id that no path can carry', [{ ContactSummaryList: [good, { ...good, ContactId: '\ud800' }] }], FAILED],
    ['has a token that no query can carry', [{ ContactSummaryList: [good], NextToken: '\ud800' }], FAILED],
    ['has a token that is no text', [{ ContactSummaryList: [good], NextToken: 5 }], FAILED],
  ])('never take the Error branch, whatever a list is like: one that %s', async (_, lists, expected) => {
    const remaining = [...lists];
    const answer: RequestListener = ({ method, url = '' }, response) => {
      const Id = decodeURIComponent(url.split('/').at(-1) ?? '');
      const described = { Contact: { Id, ...ended, ...KNOWN, AgentInfo: AGENT_A1 } };
      const list = () => (remaining.length > 1 ? remaining.shift() : remaining[0]);
      const body = url.startsWith('/contact/associated/') ? list() : described;
      response.end(JSON.stringify(method === 'POST' ? { ContinuedFromContactId: C1 } : body));
    };
    const block = await startBlock(await startServer(answer));
    const event = chatEvent({ ...LAST_AGENT, sourceContactId: C1 }, KNOWN);
    expect((await block.invoke(event, { remaining: 2_000 })).attributes).toMatchObject(expected);
  });
});
