import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Contact } from '../../local/connect/index.ts';
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
  storeSessions,
} from '../support/session-store.ts';

let world: StoreWorld;
beforeAll(async () => {
  world = await startStoreWorld({}, { transcriptDelaySeconds: 60 });
});
afterEach(() => reset(world));
afterAll(() => world.close());

/** A customer who comes back, fifteen minutes after the newest of three past chats. */
async function comeBack() {
  const customer = someCustomer();
  const past = (minutes: number) => {
    setMinutes(minutes);
    const chat = newChat(world, customer);
    setMinutes(minutes + 5);
    endChat(chat);
    return chat;
  };
  const [third, second, newest] = [past(-40), past(-30), past(-20)];
  await storeSessions(world, customer, { [third.Id]: -40, [second.Id]: -30, [newest.Id]: -20 });
  setMinutes(0);
  const current = newChat(world, customer);
  return { customer, current, newest, second, third };
}

type Returning = Awaited<ReturnType<typeof comeBack>>;

/** Why a remembered session cannot be continued, and another one may be. */
const UNUSABLE: Record<string, (newest: Contact, others: Returning) => void> = {
  SOURCE_CONTACT_NOT_FOUND: ({ Id }) => world.connect.contacts.delete(Id),
  SOURCE_CONTACT_NOT_CHAT: newest => Object.assign(newest, { Channel: 'VOICE' }),
  SOURCE_CONTACT_STILL_ACTIVE: newest => Object.assign(newest, { DisconnectTimestamp: undefined }),
  SOURCE_CONTACT_NOT_OWNED: newest => Object.assign(newest, { CustomerId: someCustomer() }),
  SOURCE_CONTACT_OWNER_UNKNOWN: newest => Object.assign(newest, { CustomerId: undefined }),
  SOURCE_CONTACT_IN_CURRENT_SESSION: (newest, { current }) => Object.assign(newest, { InitialContactId: current.Id }),
  REJECTED_BY_CONNECT: () => world.connect.setFaults(['CreatePersistentContactAssociation:error=400*1']),
};

describe('where the newest remembered session is', () => {
  test.each(Object.keys(UNUSABLE))('%s, the second is continued', async reason => {
    const returning = await comeBack();
    UNUSABLE[reason]?.(returning.newest, returning);
    const { attributes, log, metrics } = await world.block.invoke(eventOf(returning.current));
    expect(attributes).toMatchObject({
      associationStatus: 'ASSOCIATED',
      reason: '',
      sourceContactId: returning.second.Id,
      continuedFromContactId: returning.second.Id,
    });
    expect(log).toMatchObject([{ level: 'INFO', sourceContactIdFrom: 'store' }]);
    expect(metrics).toMatchObject({ Continued: 1, NotOwned: 0, RejectedByConnect: 0 });
  });

  test.each(Object.keys(UNUSABLE))(
    '%s, and the second is not there: that is the answer, without a third',
    async reason => {
      const returning = await comeBack();
      UNUSABLE[reason]?.(returning.newest, returning);
      world.connect.contacts.delete(returning.second.Id);
      const { attributes, metrics } = await world.block.invoke(eventOf(returning.current));
      expect(attributes).toMatchObject({
        associationStatus: 'REJECTED',
        reason,
        sourceContactId: returning.newest.Id,
        continuedFromContactId: '',
      });
      expect(askedContacts(world)).toContain(returning.second.Id);
      expect(askedContacts(world)).not.toContain(returning.third.Id);
      // Nobody tried ids: a customer id changed while a chat went on.
      expect(metrics).toMatchObject({ Returning: 1, NotOwned: 0 });
    },
  );

  test('transferred and still active, as only the refusal tells, the second is continued', async () => {
    const { customer, current, newest, second } = await comeBack();
    newChat(world, customer, { InitialContactId: newest.Id, InitiationMethod: 'TRANSFER' });
    const { attributes } = await world.block.invoke(eventOf(current));
    expect(associations(world).map(({ body }) => body.SourceContactId)).toEqual([newest.Id, second.Id]);
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: second.Id });
  });
});

describe('the second remembered session is not tried where the newest', () => {
  test('just ended: the second try, a moment later, continues it with the same ClientToken', async () => {
    const { current, newest, second } = await comeBack();
    setMinutes(-0.25);
    endChat(newest);
    setMinutes(0);
    const { attributes } = await world.block.invoke(eventOf(current));
    expect(attributes).toMatchObject({ reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds: '75' });
    setMinutes(75 / 60);
    expect((await world.block.invoke(eventOf(current))).attributes).toMatchObject({
      associationStatus: 'ASSOCIATED',
      continuedFromContactId: newest.Id,
    });
    expect(askedContacts(world)).not.toContain(second.Id);
    const [refused, answered] = associations(world).map(({ body }) => body.ClientToken);
    expect(refused).toEqual(expect.any(String));
    expect(answered).toBe(refused);
  });

  test('could not be described in time', async () => {
    const { current, second } = await comeBack();
    world.connect.setFaults(['DescribeContact:error=500']);
    const { attributes } = await world.block.invoke(eventOf(current), { remaining: 3_000 });
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'CHECK_UNAVAILABLE' });
    expect(askedContacts(world)).not.toContain(second.Id);
  });

  test('is continued already', async () => {
    const { current, newest, second } = await comeBack();
    Object.assign(current, { persistent: true, RelatedContactId: newest.Id });
    const { attributes } = await world.block.invoke(eventOf(current));
    expect(attributes).toMatchObject({ associationStatus: 'ALREADY_PERSISTENT', continuedFromContactId: newest.Id });
    expect(askedContacts(world)).not.toContain(second.Id);
  });
});
