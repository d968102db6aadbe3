import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { AGENT_A1, AGENT_A2, type Contact } from '../../local/connect/index.ts';
import {
  askedContacts,
  associations,
  endChat,
  eventOf,
  newChat,
  reset,
  type StoreWorld,
  setMinutes,
  someCustomer,
  startStoreWorld,
  storedSessions,
  storeSessions,
} from '../support/session-store.ts';

let world: StoreWorld;
beforeAll(async () => {
  world = await startStoreWorld();
});
afterEach(() => reset(world));
afterAll(() => world.close());

function pastChat(customer: string, minutes: number, fields: Partial<Contact> = {}): Contact {
  setMinutes(minutes);
  const chat = newChat(world, customer, fields);
  endChat(chat);
  return chat;
}

/** A customer whose last session is remembered, and who has an older one that the flow may name. */
async function comeBack() {
  const customer = someCustomer();
  const named = pastChat(customer, 0);
  const remembered = pastChat(customer, 10);
  await storeSessions(world, customer, { [remembered.Id]: 10 });
  setMinutes(20);
  return { customer, named, remembered, current: newChat(world, customer) };
}

describe('a past chat that the flow names', () => {
  test.each(['parameter', 'attribute'])(
    'by %s wins over the remembered one, and the session is recorded',
    async from => {
      const { customer, named, remembered, current } = await comeBack();
      const given = { sourceContactId: named.Id };
      if (from === 'attribute') current.Attributes = given;
      const { attributes, log } = await world.block.invoke(eventOf(current, from === 'parameter' ? given : {}));
      expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: named.Id });
      expect(log).toMatchObject([
        { sourceContactIdFrom: from, customerKnown: true, storeAttempts: expect.any(Number) },
      ]);
      expect(await storedSessions(world, customer)).toEqual({ [remembered.Id]: 10, [current.Id]: 20 });
    },
  );

  test.each([
    ['is no contact id', () => 'last week, with Ann', 'SOURCE_CONTACT_ID_INVALID'],
    ['does not exist', () => '00000000-0000-4000-8000-000000000000', 'SOURCE_CONTACT_NOT_FOUND'],
    ['is the current one', ({ Id }: Contact) => Id, 'SOURCE_CONTACT_IN_CURRENT_SESSION'],
  ])('and that %s does not fall back to the remembered one; the session is recorded', async (_, name, reason) => {
    const { customer, remembered, current } = await comeBack();
    const { attributes } = await world.block.invoke(eventOf(current, { sourceContactId: name(current) }));
    expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason });
    expect(askedContacts(world)).not.toContain(remembered.Id);
    expect(await storedSessions(world, customer)).toEqual({ [remembered.Id]: 10, [current.Id]: 20 });
  });

  test("of another customer is one that counts as somebody else's", async () => {
    const { current } = await comeBack();
    const { Id } = pastChat(someCustomer(), 0);
    setMinutes(20);
    const { attributes, metrics } = await world.block.invoke(eventOf(current, { sourceContactId: Id }));
    expect(attributes).toMatchObject({ reason: 'SOURCE_CONTACT_NOT_OWNED' });
    expect(metrics).toMatchObject({ NotOwned: 1 });
  });

  test('blank is none: the remembered one is continued', async () => {
    const { remembered, current } = await comeBack();
    const { attributes } = await world.block.invoke(eventOf(current, { sourceContactId: ' ' }));
    expect(attributes).toMatchObject({ continuedFromContactId: remembered.Id });
  });
});

describe('the type FROM_SEGMENT', () => {
  test.each([
    ['a known', someCustomer],
    ['an unknown', () => ''],
  ])(
    'without a named chat takes the Error branch for %s first-time customer, before the table',
    async (_, customer) => {
      const event = eventOf(newChat(world, customer()), { rehydrationType: 'FROM_SEGMENT' });
      const { error, attributes } = await world.block.invoke(event);
      expect(attributes).toBeUndefined();
      expect(error).toMatchObject({
        name: 'InvalidRehydrationTypeError',
        message: expect.stringContaining('Pass sourceContactId too'),
      });
      expect(world.table.requests).toEqual([]);
    },
  );

  test('with a named chat continues that', async () => {
    const { named, current } = await comeBack();
    const parameters = { rehydrationType: 'FROM_SEGMENT', sourceContactId: named.Id };
    const { attributes } = await world.block.invoke(eventOf(current, parameters));
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: named.Id });
    expect(world.table.requests).toHaveLength(1);
  });
});

describe('the type FROM_LAST_AGENT_SEGMENT', () => {
  const parameters = { rehydrationType: 'FROM_LAST_AGENT_SEGMENT' };

  /** A session as in the API reference's example: agent a1, then a2, then the survey. */
  function pastSession(customer: string, minutes: number) {
    const first = pastChat(customer, minutes, { AgentInfo: AGENT_A1 });
    const member = { InitialContactId: first.Id };
    const last = pastChat(customer, minutes + 1, { ...member, InitiationMethod: 'TRANSFER', AgentInfo: AGENT_A2 });
    const survey = pastChat(customer, minutes + 2, { ...member, InitiationMethod: 'DISCONNECT' });
    return { first, last, survey };
  }

  test('continues the remembered session up to its last agent', async () => {
    const customer = someCustomer();
    const { first, last } = pastSession(customer, 0);
    await storeSessions(world, customer, { [first.Id]: 0 });
    setMinutes(20);
    const { attributes } = await world.block.invoke(eventOf(newChat(world, customer), parameters));
    expect(attributes).toMatchObject({
      associationStatus: 'ASSOCIATED',
      ...parameters,
      sourceContactId: first.Id,
      continuedFromContactId: last.Id,
      sourceAgentId: AGENT_A2.Id,
    });
    expect(associations(world)).toMatchObject([
      { body: { RehydrationType: 'FROM_SEGMENT', SourceContactId: last.Id } },
    ]);
  });

  test('continues the second remembered session where the newest has not ended', async () => {
    const customer = someCustomer();
    const second = pastSession(customer, 0);
    const newest = pastSession(customer, 10);
    newest.last.DisconnectTimestamp = undefined;
    await storeSessions(world, customer, { [second.first.Id]: 0, [newest.first.Id]: 10 });
    setMinutes(20);
    const { attributes } = await world.block.invoke(eventOf(newChat(world, customer), parameters));
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: second.last.Id });
  });
});
