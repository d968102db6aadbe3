import { expect, test } from '@jest/globals';
import type { AmazonConnect } from '../../src/amazon-connect/operations.ts';
import { continueFirst } from '../../src/continue-first.ts';
import { Deadline } from '../../src/deadline.ts';
import type { Source } from '../../src/find-sources.ts';
import type { Chat } from '../../src/request.ts';
import { rememberSession } from '../../src/session-memory.ts';
import type { SessionStore } from '../../src/session-store/session-store.ts';
import { readSettings } from '../../src/settings.ts';

const chat: Chat = {
  instanceId: 'instance',
  contactId: 'new',
  initialContactId: 'new',
  rehydrationType: 'ENTIRE_PAST_SESSION',
  customer: { place: 'CUSTOMER_ID', kind: 'CUSTOMER_ID', id: 'ann' },
};
const sources: Source[] = ['newest', 'second'].map(sourceContactId => ({
  sourceContactId,
  sourceContactIdFrom: 'store',
}));

/** Whatever is asked for, there is no such contact. */
async function askedWithin(milliseconds: number): Promise<string[]> {
  const asked: string[] = [];
  const describe = async (id: string) => {
    asked.push(id);
    return { kind: 'refused', status: 404 };
  };
  const connect = { describe } as unknown as AmazonConnect;
  const settings = readSettings({ SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED' });
  await continueFirst(chat, sources as [Source, ...Source[]], settings, connect, new Deadline(milliseconds));
  return asked;
}

test('the second remembered session is tried only where there is time left for it', async () => {
  expect(await askedWithin(60_000)).toEqual(['newest', 'second']);
  expect(await askedWithin(400)).toEqual(['newest']);
});

test.each([
  [7_000, 1_000],
  [2_000, 500],
])('of %d ms the session store has at most %d', (milliseconds, atMost) => {
  let left: number | undefined;
  const store: SessionStore = {
    record: async (_, deadline) => {
      left = deadline.remaining();
      return { kind: 'recorded', attempts: 1, pastSessions: [], surplus: [] };
    },
    trim: async () => undefined,
  };
  rememberSession(store, chat, new Deadline(milliseconds));
  expect(left).toBeLessThanOrEqual(atMost);
  expect(left).toBeGreaterThan(0);
});

test.each([
  ['explained, not already persistent', { kind: 'answered', value: {} }, 2],
  ['that could not be explained', { kind: 'refused', status: 404 }, 1],
])('after a refusal %s, of two sessions so many are tried: %j', async (_, current, tried) => {
  const past = { Id: 'past', Channel: 'CHAT', CustomerId: 'ann', DisconnectTimestamp: new Date(0) };
  const associated: string[] = [];
  const connect = {
    describe: async (id: string) =>
      id === chat.contactId ? current : { kind: 'answered', value: { ...past, Id: id, CustomerId: chat.customer?.id } },
    listAssociated: async () => ({ kind: 'answered', value: [] }),
    associate: async ({ sourceContactId }: { sourceContactId: string }) => {
      associated.push(sourceContactId);
      return { kind: 'refused', status: 400 };
    },
  } as unknown as AmazonConnect;
  const settings = readSettings({ SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED' });
  const { outcome } = await continueFirst(
    chat,
    sources as [Source, ...Source[]],
    settings,
    connect,
    new Deadline(60_000),
  );
  expect(associated).toHaveLength(tried);
  expect(outcome).toMatchObject({ reason: 'REJECTED_BY_CONNECT' });
});
