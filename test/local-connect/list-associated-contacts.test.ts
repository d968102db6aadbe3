import { describe, expect, test } from '@jest/globals';
import {
  C1,
  C2,
  C3,
  type Contact,
  INSTANCE_ID,
  NEW_CHAT,
  PERSISTENT_CHAT,
  SURVEY,
  sampleContacts,
  TRANSFERRED_CHAT,
  TRANSFERRED_CHAT_FIRST,
} from '../../local/connect/index.ts';
import {
  ALL_FROM_C1,
  associate,
  changed,
  INVALID_PARAMETER,
  listAssociated,
  NOT_FOUND,
  type Outcome,
  start,
  succeeded,
} from './support.ts';

interface Page {
  ContactSummaryList: { ContactId: string }[];
  NextToken?: string;
}
const page = ({ body }: Outcome) => body as Page;
const ids = (outcome: Outcome) => page(outcome).ContactSummaryList.map(summary => summary.ContactId);

/** A session of this many contacts, with C1 as its first. */
function longSession(length: number): Contact[] {
  const [first, second] = sampleContacts(new Date()) as [Contact, Contact];
  return [first, ...Array.from({ length: length - 1 }, (_, i) => ({ ...second, Id: `contact-${i}` }))];
}

describe('ListAssociatedContacts', () => {
  test('summarises a contact as the service model has it, without agent, customer and attributes', async () => {
    const contacts = sampleContacts(new Date('2026-01-02T03:04:05.678Z')).filter(({ Id }) => Id === C2);
    const DAY = 86_400;
    expect(await listAssociated(await start({ contacts }), { contactId: C2 })).toEqual(
      succeeded({
        ContactSummaryList: [
          {
            ContactId: C2,
            ContactArn: `arn:aws:connect:us-east-1:111122223333:instance/${INSTANCE_ID}/contact/${C2}`,
            InitialContactId: C1,
            PreviousContactId: C1,
            InitiationMethod: 'TRANSFER',
            Channel: 'CHAT',
            InitiationTimestamp: expect.closeTo(1767323045.678 - DAY - 20 * 60, 3),
            DisconnectTimestamp: expect.closeTo(1767323045.678 - DAY - 2 * 60, 3),
          },
        ],
      }),
    );
  });

  test.each([C1, C2, C3])('lists the same past session for each of its contacts (%s)', async contactId => {
    const contacts = changed(PERSISTENT_CHAT, { RelatedContactId: undefined });
    expect(ids(await listAssociated(await start({ contacts }), { contactId }))).toEqual([C1, C2, C3]);
  });

  test('lists an active contact without an end', async () => {
    const { body } = await listAssociated(await start(), { contactId: TRANSFERRED_CHAT });
    expect(body).toMatchObject({
      ContactSummaryList: [
        { ContactId: TRANSFERRED_CHAT_FIRST, DisconnectTimestamp: expect.any(Number) },
        expect.not.objectContaining({ DisconnectTimestamp: expect.anything() }),
      ],
    });
  });

  test('lists the sessions that are linked through RelatedContactId, from either end', async () => {
    const connect = await start();
    expect(ids(await listAssociated(connect, { contactId: C1 }))).toEqual([C1, C2, C3, PERSISTENT_CHAT]);
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    const tree = [C1, C2, C3, NEW_CHAT, SURVEY, PERSISTENT_CHAT];
    expect(ids(await listAssociated(connect, { contactId: SURVEY }))).toEqual(tree);
    expect(page(await listAssociated(connect, { contactId: C2 })).ContactSummaryList).toContainEqual(
      expect.objectContaining({ ContactId: NEW_CHAT, RelatedContactId: C3 }),
    );
  });

  test('answers 404 for a contact that does not exist', async () => {
    expect(await listAssociated(await start(), { contactId: 'no-such-contact' })).toEqual(NOT_FOUND);
  });

  test('has 100 contacts on a page, and no token on the last one', async () => {
    const connect = await start({ contacts: longSession(100) });
    const only = page(await listAssociated(connect, { contactId: C1 }));
    expect([only.ContactSummaryList.length, only.NextToken]).toEqual([100, undefined]);
    const [extra] = longSession(1) as [Contact];
    connect.contacts.set('one more', { ...extra, Id: 'one more', InitialContactId: C1 });
    const first = page(await listAssociated(connect, { contactId: C1 }));
    expect(first.ContactSummaryList).toHaveLength(100);
    const rest = await listAssociated(connect, { contactId: C1, nextToken: first.NextToken ?? '' });
    expect(ids(rest)).toEqual(['one more']);
    expect(page(rest).NextToken).toBeUndefined();
  });

  test('gives every contact once over pages of any size', async () => {
    const connect = await start({ contacts: longSession(5) });
    for (const maxResults of ['1', '2', '4', '5', '100']) {
      const seen: string[] = [];
      let query: Record<string, string> = { contactId: C1, maxResults };
      for (;;) {
        const answer = await listAssociated(connect, query);
        expect(ids(answer).length).toBeLessThanOrEqual(Number(maxResults));
        seen.push(...ids(answer));
        const { NextToken } = page(answer);
        if (NextToken === undefined) break;
        query = { ...query, nextToken: NextToken };
      }
      expect(seen).toEqual([C1, 'contact-0', 'contact-1', 'contact-2', 'contact-3']);
    }
  });

  test.each([
    ['no contactId', { contactId: '' }],
    ['a contactId of 257 characters', { contactId: 'x'.repeat(257) }],
    ['maxResults 0', { maxResults: '0' }],
    ['maxResults 101', { maxResults: '101' }],
    ['maxResults that are no number', { maxResults: 'many' }],
    ['an invented nextToken', { nextToken: 'invented' }],
    ['an empty nextToken', { nextToken: '' }],
  ])('refuses %s', async (_, query) => {
    expect(await listAssociated(await start(), { contactId: C1, ...query })).toEqual(INVALID_PARAMETER);
  });

  test("refuses another contact's nextToken", async () => {
    const connect = await start();
    const { NextToken = '' } = page(await listAssociated(connect, { contactId: C1, maxResults: '1' }));
    // NEW_CHAT has a second contact in its tree, so that only the token's owner is wrong.
    const query = { contactId: NEW_CHAT, nextToken: NextToken };
    expect(NextToken).not.toBe('');
    expect(await listAssociated(connect, query)).toEqual(INVALID_PARAMETER);
  });
});
