import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  ACTIVE_CHAT,
  AGENT_A1,
  AGENT_A2,
  C1,
  C2,
  C3,
  type Contact,
  CUSTOMER_ID,
  INSTANCE_ID,
  type LocalConnect,
  NEW_CHAT,
  OTHER_CUSTOMER_ID,
  OTHER_CUSTOMERS_CHAT,
  PAST_VOICE_CALL,
  PERSISTENT_CHAT,
  QUEUE,
  startLocalConnect,
} from '../../local/connect/index.ts';
import { clientToken } from '../../src/amazon-connect/client-token.ts';
import type { AmazonConnect } from '../../src/amazon-connect/operations.ts';
import { continuePastChat } from '../../src/continue-past-chat.ts';
import { Deadline } from '../../src/deadline.ts';
import type { AssociationRequest } from '../../src/request.ts';
import { readSettings } from '../../src/settings.ts';
import { associationsOf, type Block, startBlock } from '../support/block.ts';
import { chatEvent, eventFile } from '../support/events.ts';

const KNOWN = { CustomerId: CUSTOMER_ID };
const LAST_AGENT = { rehydrationType: 'FROM_LAST_AGENT_SEGMENT' };
const NOTHING = { sourceAgentId: '', sourceQueueId: '', sourceEndedSecondsAgo: '' };

let connect: LocalConnect;
let block: Block;
beforeEach(async () => {
  connect = await startLocalConnect();
  block = await startBlock(connect);
});
afterEach(() => connect.close());

const check = (SOURCE_CONTACT_CHECK: string) => startBlock(connect, { SOURCE_CONTACT_CHECK });
const continueFrom = (sourceContactId: string, contactData: object = KNOWN) =>
  block.invoke(chatEvent({ ...LAST_AGENT, sourceContactId }, { ...contactData }));
const requests = () => connect.calls.map(({ operation, contactId }) => [operation, contactId]);
const described = () =>
  connect.calls.filter(({ operation }) => operation === 'DescribeContact').map(({ contactId }) => contactId);
const listings = () => connect.calls.filter(({ operation }) => operation === 'ListAssociatedContacts');
const sent = () => associationsOf(connect).map(({ body }) => body['SourceContactId']);

function contact(id: string): Contact {
  const found = connect.contacts.get(id);
  if (!found) throw new Error(`There is no contact ${id}.`);
  return found;
}
function change(id: string, fields: Partial<Contact>): void {
  Object.assign(contact(id), fields);
}
/** Adds a contact to the past session: like C2, with these fields. */
function add(Id: string, fields: Partial<Contact> = {}): void {
  connect.contacts.set(Id, { ...contact(C2), Id, ...fields });
}
const minutesAfterC3 = (minutes: number) => new Date(Number(contact(C3).DisconnectTimestamp) + minutes * 60_000);

describe('the last chat of a past session that an agent handled', () => {
  test.each<[string, string, string[][]]>([
    ['the first contact', C1, [['DescribeContact', C2]]],
    ['that chat itself, which is described once', C2, []],
    ['the survey', C3, [['DescribeContact', C2]]],
  ])('is continued from any of its contacts: %s', async (_, sourceContactId, selection) => {
    const before = Date.now();
    const { attributes, log } = await continueFrom(sourceContactId);
    expect(attributes).toMatchObject({
      associationStatus: 'ASSOCIATED',
      reason: '',
      continuedFromContactId: C2,
      rehydrationType: 'FROM_LAST_AGENT_SEGMENT',
      sourceContactId,
      sourceAgentId: AGENT_A2.Id,
      sourceQueueId: QUEUE.Id,
    });
    const ended = Number(contact(C2).DisconnectTimestamp);
    expect(attributes?.sourceEndedSecondsAgo).toMatch(/^\d+$/);
    expect(Number(attributes?.sourceEndedSecondsAgo)).toBeGreaterThanOrEqual(Math.floor((before - ended) / 1_000));
    expect(Number(attributes?.sourceEndedSecondsAgo)).toBeLessThanOrEqual((Date.now() - ended) / 1_000);
    expect(log).toMatchObject([{ rehydrationType: 'FROM_LAST_AGENT_SEGMENT', ownerVerified: true, listAttempts: 1 }]);
    expect(requests()).toEqual([
      ['DescribeContact', sourceContactId],
      ['ListAssociatedContacts', sourceContactId],
      ...selection,
      ['CreatePersistentContactAssociation', NEW_CHAT],
    ]);
  });

  test('is sent as FROM_SEGMENT, with the token that FROM_SEGMENT on it has', async () => {
    await continueFrom(C3);
    await block.invoke(chatEvent({ rehydrationType: 'FROM_SEGMENT', sourceContactId: C2 }, KNOWN));
    const body = {
      RehydrationType: 'FROM_SEGMENT',
      SourceContactId: C2,
      ClientToken: clientToken(INSTANCE_ID, NEW_CHAT, C2, 'FROM_SEGMENT'),
    };
    expect(associationsOf(connect).map(call => call.body)).toEqual([body, body]);
  });

  test('is what the sample event asks for', async () => {
    const { attributes } = await block.invoke(eventFile('last-agent'));
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C2 });
  });

  test('may be the default', async () => {
    block = await startBlock(connect, { DEFAULT_REHYDRATION_TYPE: 'FROM_LAST_AGENT_SEGMENT' });
    const { attributes } = await block.invoke(chatEvent({ sourceContactId: C3 }, KNOWN));
    expect(attributes).toMatchObject({ rehydrationType: 'FROM_LAST_AGENT_SEGMENT', continuedFromContactId: C2 });
  });

  test('is not a later one without an agent', async () => {
    add('bot', { AgentInfo: undefined, DisconnectTimestamp: minutesAfterC3(1) });
    expect((await continueFrom(C3)).attributes).toMatchObject({ sourceAgentId: AGENT_A2.Id });
    expect(described()).toEqual([C3, 'bot', C2]);
    expect(sent()).toEqual([C2]);
  });

  test('may be the first contact, which names no initial one', async () => {
    change(C2, { AgentInfo: undefined });
    expect((await continueFrom(C3)).attributes).toMatchObject({ sourceAgentId: AGENT_A1.Id });
    expect(sent()).toEqual([C1]);
  });

  test.each<[string, Partial<Contact>]>([
    ['a later task', { Channel: 'TASK' }],
    ['a later contact of the disconnect flow', { InitiationMethod: 'DISCONNECT' }],
    ['a later chat of a linked session', { InitialContactId: PERSISTENT_CHAT }],
  ])('is not %s, though an agent handled it', async (_, fields) => {
    add('other', { DisconnectTimestamp: minutesAfterC3(1), ...fields });
    await continueFrom(C3);
    expect(described()).not.toContain('other');
    expect(sent()).toEqual([C2]);
  });

  test.each([
    ['none had one', [C1, C2], [C3, C2, C1], C2],
    ['only the survey is listed', [], [C3], C3],
  ])(
    'is else the newest chat, and without any the source itself: %s',
    async (_, agentless, describedOnes, expected) => {
      for (const id of [C1, C2]) {
        if (agentless.includes(id)) change(id, { AgentInfo: undefined });
        else connect.contacts.delete(id);
      }
      const { attributes } = await continueFrom(C3);
      expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', sourceAgentId: '' });
      expect(described()).toEqual(describedOnes);
      expect(sent()).toEqual([expected]);
    },
  );

  test('is looked for in three chats besides the source', async () => {
    for (const minutes of [1, 2, 3]) {
      add(`bot-${minutes}`, { AgentInfo: undefined, DisconnectTimestamp: minutesAfterC3(minutes) });
    }
    await continueFrom(C3);
    expect(described()).toEqual([C3, 'bot-3', 'bot-2', 'bot-1']);
    expect(sent()).toEqual(['bot-3']);
  });

  test.each([
    [200, 'agent'],
    [201, C2],
  ])('is looked for on two pages of 100: number %d of 250 contacts', async (position, expected) => {
    const inTree = 4; // The sample session and the chat that continues it.
    for (let number = inTree + 1; number <= 250; number++) {
      if (number === position) add('agent', { DisconnectTimestamp: minutesAfterC3(1) });
      else add(`task-${number}`, { Channel: 'TASK' });
    }
    await continueFrom(C3);
    expect(listings()).toHaveLength(2);
    expect(sent()).toEqual([expected]);
  });

  test('is found from a source in capital letters too, which is described once', async () => {
    connect.contacts.set(C2.toUpperCase(), contact(C2));
    await continueFrom(C2.toUpperCase());
    expect(described()).toEqual([C2.toUpperCase()]);
    expect(sent()).toEqual([C2]);
  });

  test('is not there while a chat of the session goes on: SOURCE_CONTACT_STILL_ACTIVE', async () => {
    add('active', { DisconnectTimestamp: undefined });
    const { attributes } = await continueFrom(C3);
    expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_STILL_ACTIVE' });
    expect(requests()).toEqual([
      ['DescribeContact', C3],
      ['ListAssociatedContacts', C3],
    ]);
  });
});

describe('the owner of the chat that was found', () => {
  test.each(['OWNER_IF_KNOWN', 'OWNER_REQUIRED'])(
    'must be the customer, and no other chat is taken instead: %s',
    async name => {
      block = await check(name);
      change(C2, { CustomerId: OTHER_CUSTOMER_ID });
      const { attributes, metrics } = await continueFrom(C3);
      expect(attributes).toMatchObject({
        associationStatus: 'REJECTED',
        reason: 'SOURCE_CONTACT_NOT_OWNED',
        ...NOTHING,
      });
      expect(metrics).toMatchObject({ NotOwned: 1 });
      expect(described()).toEqual([C3, C2]);
      expect(sent()).toEqual([]);
    },
  );

  test.each([
    ['OWNER_IF_KNOWN', 'ASSOCIATED', '', [C2]],
    ['OWNER_REQUIRED', 'REJECTED', 'SOURCE_CONTACT_OWNER_UNKNOWN', []],
  ])(
    'that is unknown is %s: %s %s, and nothing is said of an agent',
    async (name, associationStatus, reason, expected) => {
      block = await check(name);
      change(C2, { CustomerId: undefined });
      const { attributes, log } = await continueFrom(C3);
      expect(attributes).toMatchObject({ associationStatus, reason, ...NOTHING });
      expect(log[0]?.['ownerVerified']).not.toBe(true);
      expect(sent()).toEqual(expected);
    },
  );

  test.each([
    ['is not compared', 'CONTACT', KNOWN],
    ['has nobody to be compared with', 'OWNER_IF_KNOWN', {}],
  ])('%s with the check %s: the chat is found, and nothing said of its agent', async (_, name, contactData) => {
    block = await check(name);
    const { attributes } = await continueFrom(C3, contactData);
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C2, ...NOTHING });
  });
});

describe('nothing is listed', () => {
  test.each([
    ['SOURCE_CONTACT_NOT_OWNED', OTHER_CUSTOMERS_CHAT],
    ['SOURCE_CONTACT_STILL_ACTIVE', ACTIVE_CHAT],
    ['SOURCE_CONTACT_NOT_CHAT', PAST_VOICE_CALL],
    ['SOURCE_CONTACT_NOT_FOUND', '00000000-0000-4000-8000-000000000000'],
    ['SOURCE_CONTACT_IN_CURRENT_SESSION', 'of-this-session'],
  ])('for a source that is refused: %s', async (reason, sourceContactId) => {
    add('of-this-session', { InitialContactId: NEW_CHAT });
    const { attributes } = await continueFrom(sourceContactId);
    expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason });
    expect(requests()).toEqual([['DescribeContact', sourceContactId]]);
  });

  test('for a source that could not be described: FAILED, though nobody was to be compared', async () => {
    block = await check('CONTACT');
    connect.setFaults(['DescribeContact:throttle']);
    const event = chatEvent({ ...LAST_AGENT, sourceContactId: C3 }, KNOWN);
    const { attributes, log } = await block.invoke(event, { remaining: 1_500 });
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'THROTTLED' });
    expect(log).toMatchObject([{ level: 'WARN', checkUnavailable: true }]);
    expect(new Set(described())).toEqual(new Set([C3]));
    expect(connect.calls).toHaveLength(described().length);
  });

  test.each([
    [{ rehydrationType: 'FROM_SEGMENT' }, 'FROM_SEGMENT'],
    [{ rehydrationType: 'ENTIRE_PAST_SESSION' }, 'ENTIRE_PAST_SESSION'],
  ])('for %j', async parameters => {
    await block.invoke(chatEvent({ ...parameters, sourceContactId: C3 }, KNOWN));
    expect(listings()).toEqual([]);
    expect(sent()).toHaveLength(1);
  });
});

describe('without a source contact check', () => {
  const DEFAULT = { DEFAULT_REHYDRATION_TYPE: 'FROM_LAST_AGENT_SEGMENT' };

  test('it cannot be the default', async () => {
    const started = startBlock(connect, { ...DEFAULT, SOURCE_CONTACT_CHECK: 'OFF' });
    await expect(started).rejects.toMatchObject({
      name: 'InvalidEnvironmentError',
      message: expect.stringMatching(
        /DEFAULT_REHYDRATION_TYPE.*FROM_LAST_AGENT_SEGMENT.*SOURCE_CONTACT_CHECK is "OFF"/,
      ),
    });
  });

  test('it takes the Error branch as a parameter, and nothing is called', async () => {
    block = await check('OFF');
    const { error } = await continueFrom(C3);
    expect(error).toMatchObject({
      name: 'InvalidRehydrationTypeError',
      message: expect.stringMatching(/rehydrationType is "FROM_LAST_AGENT_SEGMENT".*SOURCE_CONTACT_CHECK/),
    });
    expect(connect.calls).toEqual([]);
  });
});

describe('a chat of the session that cannot be described', () => {
  test.each([
    ['error=404', 'REJECTED', 'SOURCE_CONTACT_NOT_FOUND'],
    ['error=400', 'REJECTED', 'REJECTED_BY_CONNECT'],
    ['throttle', 'FAILED', 'THROTTLED'],
    ['error=500', 'FAILED', 'SERVICE_UNAVAILABLE'],
  ])('ends it: %s is %s, %s, and nothing else is sent', async (fault, associationStatus, reason) => {
    connect.setFaults(['DescribeContact:slow=1*1', `DescribeContact:${fault}`]);
    const event = chatEvent({ ...LAST_AGENT, sourceContactId: C3 }, KNOWN);
    const { attributes } = await block.invoke(event, { remaining: 2_500 });
    expect(attributes).toMatchObject({ associationStatus, reason });
    expect(new Set(described())).toEqual(new Set([C3, C2]));
    expect(sent()).toEqual([]);
  });
});

describe('what is said of the agent', () => {
  const agentOf = async (parameters: Record<string, string>) =>
    (await block.invoke(chatEvent(parameters, KNOWN))).attributes?.sourceAgentId;

  test.each([
    [C1, AGENT_A1.Id],
    // C1 is described as well, for its owner only.
    [C2, AGENT_A2.Id],
    [C3, ''],
  ])(
    'is of the contact that was named, whatever is sent for the entire session: %s',
    async (sourceContactId, agent) => {
      expect(await agentOf({ sourceContactId, rehydrationType: 'ENTIRE_PAST_SESSION' })).toBe(agent);
      expect(sent()).toEqual([C1]);
    },
  );

  test('is of the segment', async () => {
    expect(await agentOf({ sourceContactId: C1, rehydrationType: 'FROM_SEGMENT' })).toBe(AGENT_A1.Id);
  });

  test('is never of the current contact', async () => {
    change(NEW_CHAT, { AgentInfo: AGENT_A1, QueueInfo: QUEUE });
    const own = await block.invoke(chatEvent({ ...LAST_AGENT, sourceContactId: NEW_CHAT.toUpperCase() }, KNOWN));
    expect(own.attributes).toMatchObject({ reason: 'SOURCE_CONTACT_IN_CURRENT_SESSION', ...NOTHING });

    // Described, to explain the refusal.
    connect.setFaults(['CreatePersistentContactAssociation:error=400']);
    const { attributes } = await block.invoke(chatEvent({ sourceContactId: C3 }, KNOWN));
    expect(described()).toContain(NEW_CHAT);
    expect(attributes).toMatchObject({ sourceAgentId: '', sourceQueueId: '' });
    expect(attributes?.sourceEndedSecondsAgo).not.toBe('');
  });
});

test('checks, list and selection have half of the time together, counted from the start', async () => {
  jest.useFakeTimers();
  try {
    const given: [request: string, milliseconds: number][] = [];
    const aSecond = <T>(request: string, deadline: Deadline, value: T) => {
      given.push([request, deadline.remaining()]);
      return new Promise<{ kind: 'answered'; value: T }>(resolve => {
        setTimeout(() => resolve({ kind: 'answered', value }), 1_000);
      });
    };
    const past = { Channel: 'CHAT', InitialContactId: 'first', DisconnectTimestamp: new Date(0) } as const;
    const slow: AmazonConnect = {
      describe: (Id, deadline) => aSecond(`describe ${Id}`, deadline, { ...past, Id }),
      listAssociated: (Id, deadline) => aSecond(`list ${Id}`, deadline, [{ ...past, ContactId: 'other' }]),
      associate: ({ sourceContactId }, deadline) => aSecond(`associate ${sourceContactId}`, deadline, 'other'),
      attempts: { CreatePersistentContactAssociation: 0, DescribeContact: 0, ListAssociatedContacts: 0 },
      errors: {},
    };
    const request: AssociationRequest = {
      instanceId: 'instance',
      contactId: 'current',
      initialContactId: 'current',
      customer: undefined,
      rehydrationType: 'FROM_LAST_AGENT_SEGMENT',
      sourceContactId: 'past',
      sourceContactIdFrom: 'parameter',
    };
    const continuation = continuePastChat(request, readSettings({}), slow, new Deadline(9_000));
    await jest.advanceTimersByTimeAsync(9_000);
    await continuation;
    expect(given).toEqual([
      ['describe past', 4_500],
      ['list past', 3_500],
      ['describe other', 2_500],
      ['associate past', 6_000],
    ]);
  } finally {
    jest.useRealTimers();
  }
});
