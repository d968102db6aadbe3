import type { Contact } from '@aws-sdk/client-connect';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Answer } from '../../src/amazon-connect/answer.ts';
import type { AmazonConnect } from '../../src/amazon-connect/operations.ts';
import { continuePastChat } from '../../src/continue-past-chat.ts';
import { Deadline } from '../../src/deadline.ts';
import type { AssociationRequest } from '../../src/request.ts';
import { readSettings } from '../../src/settings.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const REQUEST: AssociationRequest = {
  instanceId: 'instance',
  contactId: 'current',
  initialContactId: 'current',
  rehydrationType: 'ENTIRE_PAST_SESSION',
  sourceContactId: 'past',
  sourceContactIdFrom: 'parameter',
  customer: { place: 'CUSTOMER_ID', kind: 'CUSTOMER_ID', id: 'ann' },
};
const PAST: Contact = { Id: 'past', InitialContactId: 'first', Channel: 'CHAT', DisconnectTimestamp: new Date(0) };
const described: Answer<Contact> = { kind: 'answered', value: { ...PAST, CustomerId: 'ann' } };

/** An Amazon Connect that takes a second for each request, and notes how much time each one was given. */
function slowConnect(answer: Answer<Contact>, associated: Answer<string>) {
  const given: [operation: string, milliseconds: number][] = [];
  const within = (operation: string, deadline: Deadline) => {
    given.push([operation, deadline.remaining()]);
    return new Promise(resolve => setTimeout(resolve, 1_000));
  };
  const connect: AmazonConnect = {
    describe: (id, deadline) => within(`describe ${id}`, deadline).then(() => answer),
    associate: (_, deadline) => within('associate', deadline).then(() => associated),
    listAssociated: (id, deadline) => within(`list ${id}`, deadline).then(() => ({ kind: 'answered', value: [] })),
    attempts: { CreatePersistentContactAssociation: 0, DescribeContact: 0, ListAssociatedContacts: 0 },
    errors: {},
  };
  return { connect, given };
}

async function continueIn(milliseconds: number, connect: AmazonConnect, request = REQUEST) {
  const continuation = continuePastChat(request, readSettings({}), connect, new Deadline(milliseconds));
  await jest.advanceTimersByTimeAsync(milliseconds);
  return continuation;
}

describe('of the time', () => {
  test('the checks together have the first half, counted from the start; the association has the rest', async () => {
    const { connect, given } = slowConnect(described, { kind: 'answered', value: 'past' });
    await continueIn(7_000, connect);
    expect(given).toEqual([
      ['describe past', 3_500],
      ['describe first', 2_500],
      ['associate', 5_000],
    ]);
  });

  test('what explains a refusal has what is left', async () => {
    const { connect, given } = slowConnect(described, { kind: 'refused', status: 400 });
    await continueIn(7_000, connect, { ...REQUEST, rehydrationType: 'FROM_SEGMENT' });
    expect(given.slice(0, 3)).toEqual([
      ['describe past', 3_500],
      ['associate', 6_000],
      ['describe current', 5_000],
    ]);
  });
});

test.each([
  [404, 'SOURCE_CONTACT_NOT_FOUND'],
  [409, 'REJECTED_BY_CONNECT'],
])('an association that is refused with %d is %s, and not explained', async (status, reason) => {
  const { connect, given } = slowConnect(described, { kind: 'refused', status });
  expect(await continueIn(7_000, connect)).toMatchObject({ outcome: { status: 'REJECTED', reason } });
  expect(given).toHaveLength(3);
});
