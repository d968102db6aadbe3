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
/** The first description only. */
const NO_SECOND = ['DescribeContact:slow=1*1', 'DescribeContact:throttle'];
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

const GUIDE = { SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Guide' } } };
const bots = (...minutes: number[]) => {
  return () => minutes.map(number => add(`bot-${number}`, number, { AgentInfo: undefined }));
};
const withoutAgent = (...ids: string[]) => {
  return () => ids.map(id => world.change(id, { AgentInfo: undefined }));
};

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

  const gone = (id: string) => world.connect.contacts.delete(id);
  test.each<[string, () => unknown, described: string[], sent: string]>([
    ['not a later one without an agent', bots(1), [C3, 'bot-1', C2], C2],
    ['one of the three newest', bots(1, 2, 3), [C3, 'bot-3', 'bot-2', 'bot-1'], 'bot-3'],
    ['perhaps the first, which names no initial one', withoutAgent(C2), [C3, C2, C1], C1],
    ['else the newest one', withoutAgent(C1, C2), [C3, C2, C1], C2],
    ['and without any chat the source itself', () => [C1, C2].map(gone), [C3, C2], C3],
    [
      'no task, survey or guide, not a supervisor, none of a linked session, though an agent handled them',
      () => {
        add('task', 1, { Channel: 'TASK' });
        add('survey', 2, { InitiationMethod: 'DISCONNECT' });
        add('linked', 3, { InitialContactId: PERSISTENT_CHAT });
        add('supervisor', 4, { InitiationMethod: 'MONITOR' });
        add('guide', 5, GUIDE);
      },
      // That it is a guide, the list does not say.
      [C3, 'guide', C2],
      C2,
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

  const UNKNOWN = { CustomerId: null };
  test.each<[string, object, string[]]>([
    ['OWNER_IF_KNOWN', KNOWN, [C2]],
    ['OWNER_IF_KNOWN', UNKNOWN, [C1, C2, C3]],
    ['CONTACT', KNOWN, []],
  ])(
    'may be of an owner that is not verified, and nothing is said of its agent: %s, %j, %j',
    async (check, customer, nobodys) => {
      world.deploy({ SOURCE_CONTACT_CHECK: check });
      for (const id of nobodys) world.change(id, { CustomerId: undefined });
      expect((await continueFrom(C3, customer)).attributes).toMatchObject({
        ...{ associationStatus: 'ASSOCIATED', continuedFromContactId: C2 },
        ...{ sourceAgentId: '', sourceQueueId: '', sourceEndedSecondsAgo: '' },
      });
    },
  );

  test('is not continued for an unknown customer, where only it has an owner', async () => {
    for (const id of [C1, C3]) world.change(id, { CustomerId: undefined });
    const { attributes } = await continueFrom(C3, UNKNOWN);
    expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'CUSTOMER_UNKNOWN' });
  });
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

describe('without the list of the session in a third of the time', () => {
  const THROTTLED = [`${LIST}:throttle`];
  const asIs = () => {};

  test.each<[string, prepare: () => unknown, string, described: string[], continued: string, agent?: string]>([
    ['is itself', asIs, C1, [], C1, AGENT_A1.Id],
    ['ended before the survey that was named', asIs, C3, [C2], C2, AGENT_A2.Id],
    ['ended before one without an agent', withoutAgent(C2), C3, [C2, C1], C1, AGENT_A1.Id],
    ['has no agent, where none before has one', withoutAgent(C1, C2), C3, [C2, C1], C2],
    [
      'is not a guide or a contact of another session',
      () => {
        world.change(C3, { PreviousContactId: 'guide' });
        add('guide', 1, { ...GUIDE, PreviousContactId: 'linked' });
        add('linked', 2, { InitialContactId: PERSISTENT_CHAT, PreviousContactId: C2 });
      },
      C3,
      ['guide', 'linked', C2],
      C2,
      AGENT_A2.Id,
    ],
  ])('the chat that is continued %s', async (_, prepare, source, described, id, agent = '') => {
    prepare();
    world.connect.setFaults(THROTTLED);
    const { attributes, log, metrics } = await continueFrom(source, { remaining: 2_000 });
    expect(attributes).toMatchObject({
      ...{ associationStatus: 'ASSOCIATED', reason: 'SESSION_NOT_LISTED', continuedFromContactId: id },
      sourceAgentId: agent,
    });
    expect(world.calledFor('DescribeContact')).toEqual([source, ...described]);
    expect(world.associations()).toMatchObject([{ RehydrationType: 'FROM_SEGMENT', SourceContactId: id }]);
    expect(log).toMatchObject([{ level: 'INFO', reason: 'SESSION_NOT_LISTED', ownerVerified: true }]);
    expect(metrics).toMatchObject({ Continued: 1, Unverified: 0 });
    expect(log[0]?.['durationMs']).toBeLessThan(1_500);
  });

  test.each<[string, prepare: () => unknown, described: string[], faults: string[]]>([
    ['no chat before it', () => world.change(C3, { PreviousContactId: undefined }), [C3], []],
    ['a chat that does not exist before it', () => world.change(C3, { PreviousContactId: 'a' }), [C3, 'a'], []],
    ['itself before it', () => world.change(C3, { PreviousContactId: C3 }), [C3], []],
    ['nothing known of the one before it', asIs, [C3, C2], NO_SECOND],
    [
      'more than three others before the chat',
      () => {
        const chain = [C3, 'a', 'b', 'c', C2];
        for (const [index, id] of chain.slice(0, -1).entries()) {
          world.change(id, { PreviousContactId: chain[index + 1] }, C3);
        }
      },
      [C3, 'a', 'b', 'c'],
      [],
    ],
  ])('a survey with %s is FAILED, and not shown', async (_, prepare, described, faults) => {
    prepare();
    world.connect.setFaults([...THROTTLED, ...faults]);
    const { attributes } = await continueFrom(C3, { remaining: 2_000 });
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'THROTTLED', ...LAST_AGENT });
    expect(sent()).toEqual([]);
    expect([...new Set(world.calledFor('DescribeContact'))]).toEqual(described);
    if (faults.length === 0) expect(world.calledFor('DescribeContact')).toHaveLength(described.length);
  });
});

describe('the list and the descriptions that the last agent needs', () => {
  test('are FAILED without a second description, however long the list took', async () => {
    world.connect.setFaults(NO_SECOND);
    const { attributes, log } = await continueFrom(C1, { remaining: 2_000 });
    // The agent of the contact that was named: its description was there.
    expect(attributes).toMatchObject({
      ...{ associationStatus: 'FAILED', reason: 'THROTTLED', sourceAgentId: AGENT_A1.Id },
      ...LAST_AGENT,
    });
    expect(sent()).toEqual([]);
    expect(log).toMatchObject([{ level: 'WARN', listAttempts: 1, serviceError: { operation: 'DescribeContact' } }]);
    // The last half second is the association's: all would be 1,840.
    expect(log[0]?.['durationMs']).toBeLessThan(1_500);
  });

  test('are a list of two pages: the second is not begun anew after an answer that makes no sense, either', async () => {
    for (let number = 0; number < 100; number++) add(`task-${number}`, 0, { Channel: 'TASK' });
    world.connect.setFaults([`${LIST}:slow=1*1`, `${LIST}:empty`]);
    const { attributes, log } = await continueFrom(C3);
    expect(attributes).toMatchObject({ reason: 'SESSION_NOT_LISTED', continuedFromContactId: C2 });
    expect(log).toMatchObject([{ listAttempts: 4, level: 'INFO' }]);
  });

  const ended = { Channel: 'CHAT', InitiationMethod: 'API', DisconnectTimestamp: 1 };
  const good = { ContactId: C1, ...ended };
  const other = { ...good, ContactId: 'other', InitialContactId: C1, DisconnectTimestamp: 2 };
  /** A Connect with these lists, one after another, the last one for all that follow. */
  async function listed(lists: object[], fields: object = {}) {
    const remaining = [...lists];
    const described: string[] = [];
    const answer: RequestListener = ({ method, url = '' }, response) => {
      const Id = decodeURIComponent(url.split('/').at(-1) ?? '');
      const list = () => (remaining.length > 1 ? remaining.shift() : remaining[0]);
      const contact = () => {
        described.push(Id);
        return { Contact: { Id, ...ended, ...KNOWN, AgentInfo: AGENT_A1, ...(Id === 'other' && fields) } };
      };
      const body = () => (url.startsWith('/contact/associated/') ? list() : contact());
      response.end(JSON.stringify(method === 'POST' ? { ContinuedFromContactId: C1 } : body()));
    };
    const server = await startServer(answer);
    const block = await startBlock(server);
    const event = chatEvent({ ...LAST_AGENT, sourceContactId: C1 }, KNOWN);
    const invoked = await block.invoke(event, { remaining: 4_000 });
    const requests = server.requests.filter(({ url }) => url.startsWith('/contact/associated/')).length;
    return { ...invoked, described, requests };
  }

  const oneList = (...ContactSummaryList: unknown[]) => ({ ContactSummaryList });
  test.each<[string, object[], requests?: number]>([
    ['is asked for again', [oneList(good, null), oneList(good)], 2],
    ['is asked for at most three times', [{}]],
    ['has an id that no path can carry', [oneList(good, { ...good, ContactId: '\ud800' })]],
    ['has a token that no query can carry', [{ ...oneList(good), NextToken: '\ud800' }]],
    ['has a token that is no text', [{ ...oneList(good), NextToken: 5 }]],
  ])('never take the Error branch, whatever a list is like: one that %s', async (_, lists, requests = 3) => {
    const { attributes, ...invoked } = await listed(lists);
    const reason = requests === 3 ? 'SESSION_NOT_LISTED' : '';
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', reason, sourceAgentId: AGENT_A1.Id });
    expect(invoked.requests).toBe(requests);
  });

  test('are not believed about a contact that is described as one of another session', async () => {
    const { described, attributes } = await listed([oneList(good, other)], {
      InitialContactId: 'another',
      AgentInfo: AGENT_A2,
    });
    expect(described).toEqual([C1, 'other']);
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', sourceAgentId: AGENT_A1.Id });
  });

  test('are one description of a contact that is listed twice', async () => {
    const lists = [oneList(other, { ...other, ContactId: 'OTHER' }, other)];
    const { described, attributes } = await listed(lists, { InitialContactId: C1, AgentInfo: undefined });
    expect(described).toEqual([C1, 'other']);
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', sourceAgentId: AGENT_A1.Id });
  });
});
