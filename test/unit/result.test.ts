import type { Contact } from '@aws-sdk/client-connect';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { Answer } from '../../src/aws/failure.ts';
import { Deadline } from '../../src/aws/retry.ts';
import { type Outcome, REHYDRATION_TYPES } from '../../src/outcome.ts';
import { continueFirst } from '../../src/past-contact/continue.ts';
import type { Candidate } from '../../src/request.ts';
import { type FlowAttributes, type Result, toFlowAttributes } from '../../src/result.ts';
import { CUSTOMER_IDENTITIES, type CustomerIdentity, SOURCE_CONTACT_CHECKS } from '../../src/settings.ts';
import { fakeConnect } from '../support/fake-connect.ts';
import { chatRequest, contactOf } from './chat-request.ts';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
beforeEach(() => {
  jest.spyOn(Date, 'now').mockReturnValue(NOW);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const endedAgo = (seconds: number) => new Date(NOW - seconds * 1_000);
const LONG = `\ud800${'x'.repeat(40_000)}`;
const CUT = `\ufffd${'x'.repeat(255)}`;
const ASSOCIATED = { status: 'ASSOCIATED', continuedFromContactId: 'past' } as const;
const NOT_LISTED: Outcome = { ...ASSOCIATED, reason: 'SESSION_NOT_LISTED' };
const PERSISTENT: Outcome = { status: 'ALREADY_PERSISTENT', continuedFromContactId: 'past' };
const JUST_ENDED: Outcome = { status: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds: 42 };
const EMPTY = {
  ...{ reason: '', continuedFromContactId: '', rehydrationType: '', sourceContactId: '', retryAfterSeconds: '' },
  ...{ sourceAgentId: '', sourceQueueId: '', sourceEndedSecondsAgo: '' },
};

// What has something to say; an empty reason means that all is well.
test.each<[Outcome, Omit<Result, 'outcome'>, Partial<FlowAttributes>]>([
  [{ status: 'NO_SOURCE_CONTACT' }, {}, {}],
  [ASSOCIATED, {}, { continuedFromContactId: 'past' }],
  [{ status: 'NO_SOURCE_CONTACT' }, { rehydrationType: 'FROM_SEGMENT' }, { rehydrationType: 'FROM_SEGMENT' }],
  [NOT_LISTED, {}, { reason: 'SESSION_NOT_LISTED', continuedFromContactId: 'past' }],
  [ASSOCIATED, { sourceContactId: LONG }, { continuedFromContactId: 'past', sourceContactId: CUT }],
  [{ ...ASSOCIATED, continuedFromContactId: LONG }, {}, { continuedFromContactId: CUT }],
  [PERSISTENT, {}, { reason: 'ALREADY_PERSISTENT', continuedFromContactId: 'past' }],
  [JUST_ENDED, {}, { reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds: '42' }],
])('the flow attributes are all there, small and well-formed, of %j', (outcome, findings, said) => {
  const { associationStatus, ...others } = toFlowAttributes({ outcome, ...findings });
  expect(associationStatus).toBe(outcome.status);
  expect(others).toEqual({ ...EMPTY, ...said });
});

/** The three attributes of the source contact. */
function ofSource(result: Partial<Result>) {
  const { sourceAgentId, sourceQueueId, sourceEndedSecondsAgo } = toFlowAttributes({ outcome: ASSOCIATED, ...result });
  return [sourceAgentId, sourceQueueId, sourceEndedSecondsAgo];
}
const NOTHING = ['', '', ''];

describe('the agent, the queue and the end of the source contact', () => {
  const sourceContact: Contact = {
    Id: 'past',
    AgentInfo: { Id: 'agent' },
    QueueInfo: { Id: 'queue' },
    DisconnectTimestamp: endedAgo(86_400),
  };

  test.each<Outcome>([
    ...[ASSOCIATED, PERSISTENT, JUST_ENDED],
    { status: 'REJECTED', reason: 'SOURCE_CONTACT_NOT_OWNED' },
    { status: 'FAILED', reason: 'CHECK_UNAVAILABLE' },
  ])('are said of a verified owner, and of nobody else, whatever the outcome: %j', outcome => {
    expect(ofSource({ outcome, ownerVerified: true, sourceContact })).toEqual(['agent', 'queue', '86400']);
    for (const others of [{ ownerVerified: false, sourceContact }, { sourceContact }, { ownerVerified: true }]) {
      expect(ofSource({ outcome, ...others })).toEqual(NOTHING);
    }
  });

  test.each<[string[], Contact]>([
    [NOTHING, { Id: 'past' }],
    [NOTHING, { AgentInfo: null, QueueInfo: { Id: null }, DisconnectTimestamp: null } as never],
    [[CUT, CUT, ''], { AgentInfo: { Id: LONG }, QueueInfo: { Id: LONG } }],
  ])('are cut and well-formed, and empty where the contact has none', (said, source) => {
    expect(ofSource({ ownerVerified: true, sourceContact: source })).toEqual(said);
  });

  // Another clock than ours may have written the end.
  test.each([
    [0, '0'],
    [0.999, '0'],
    [59.999, '59'],
    [60, '60'],
    [63_072_000.5, '63072000'],
    [-0.001, '0'],
    [-90, '0'],
  ])('an end %p seconds ago is %p', (seconds, ago) => {
    const ended = { ...sourceContact, DisconnectTimestamp: endedAgo(seconds) };
    expect(ofSource({ ownerVerified: true, sourceContact: ended })[2]).toBe(ago);
  });
});

describe("of a contact that is not known to be the customer's", () => {
  const SESSION = ['first', 'second', 'survey'];
  const who = fc.constantFrom('ann', 'ann', 'bob', undefined);
  const subtype = fc.constantFrom('connect:Chat', 'connect:Chat', 'connect:SMS');
  const mostly = <T>(usual: T, ...others: T[]) =>
    fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

  /** Whom a contact or an event names, by each kind of identity. */
  const identities = fc.record({ id: who, address: who, crm: who, signedIn: who, subtype });
  type Who = Parameters<typeof contactOf>[0];

  /** Who that may be, best first, said once more and in another way than src/customer.ts. */
  function namesOf({ id, address, crm, signedIn, subtype }: Who, identity: CustomerIdentity): string[] {
    const asked = {
      AUTO: subtype === 'connect:SMS' ? { address } : { id, signedIn },
      ...{ CUSTOMER_ID: { id }, ENDPOINT: { address }, ATTRIBUTE: { crm }, AUTHENTICATED: { signedIn } },
    }[identity];
    return Object.entries(asked).flatMap(([kind, name]) => (name ? [`${kind} ${name}`] : []));
  }

  /** A contact with an agent, a queue and an end of its own, so that none can pass for another. */
  const contact = (Id: string, index: number) =>
    fc
      .record({
        InitialContactId: fc.constant('first'),
        Channel: mostly('CHAT', 'VOICE'),
        InitiationMethod: fc.constantFrom('API', 'DISCONNECT'),
        DisconnectTimestamp: mostly<Date | undefined>(endedAgo(10 + index), undefined),
        AgentInfo: mostly<Contact['AgentInfo']>({ Id: `agent of ${Id}` }, undefined),
        QueueInfo: mostly<Contact['QueueInfo']>({ Id: `queue of ${Id}` }, undefined),
      })
      .chain(fields => identities.map(who => ({ ...fields, ...contactOf(who), Id, who }) as Contact & { who: Who }));

  /** All that the three attributes could say of a contact. */
  const all = ({ AgentInfo, QueueInfo, DisconnectTimestamp: end }: Contact) =>
    [AgentInfo?.Id, QueueInfo?.Id, end && `${(NOW - end.getTime()) / 1_000}`].map(said => said ?? '');

  const refused = (status: number) => ({ refused: status });
  const unavailable = { unavailable: 'THROTTLED' } as const;
  const fault = mostly<Answer<never> | undefined>(undefined, refused(404), refused(400), unavailable);

  const given = fc.record({
    environment: fc.record({
      SOURCE_CONTACT_CHECK: mostly<string>('OWNER_REQUIRED', ...SOURCE_CONTACT_CHECKS),
      CUSTOMER_IDENTITY: fc.constantFrom(...CUSTOMER_IDENTITIES),
      CUSTOMER_ID_ATTRIBUTE: fc.constant('crm'),
    }),
    sourceContactId: fc.constantFrom(...SESSION),
    rehydrationType: fc.constantFrom(...REHYDRATION_TYPES),
    customer: identities,
    session: fc.tuple(...SESSION.map(contact)),
    RelatedContactId: fc.constantFrom(undefined, 'first'),
    faults: fc.tuple(fault, fault, fault, fault),
    list: fault,
    associate: mostly<Answer<string>>({ value: 'continued' }, refused(404), refused(400), refused(400), unavailable),
  });

  test('nothing is ever said, whatever the contacts, the settings and the outcome; nor of the current contact', async () => {
    const statusesWithAnAgent = new Set<string>();
    let without = 0;
    const property = fc.asyncProperty(given, async ({ environment, customer, session, list, associate, ...others }) => {
      const { sourceContactId, rehydrationType, RelatedContactId, faults } = others;
      fc.pre(environment.SOURCE_CONTACT_CHECK !== 'OFF' || rehydrationType !== 'FROM_LAST_AGENT_SEGMENT');
      const current = {
        ...{ Id: 'current', InitialContactId: 'current', Channel: 'CHAT', ...contactOf(customer), RelatedContactId },
        ...{ AgentInfo: { Id: 'agent of current' }, QueueInfo: { Id: 'queue of current' } },
        DisconnectTimestamp: endedAgo(1),
      } as Contact;
      const contacts = [...session, current];
      const { connect } = fakeConnect({
        describe: Object.fromEntries(contacts.map((value, index) => [value.Id, faults[index] ?? { value }])),
        list: list ?? { value: contacts.map(({ Id: ContactId, ...fields }) => ({ ...fields, ContactId })) as never },
        associate,
      });
      const fields = { ContactId: 'current', InitialContactId: 'current', PreviousContactId: 'current' };
      const request = chatRequest(
        { sourceContactId, rehydrationType },
        { ...fields, ...contactOf(customer) },
        environment,
      );
      if (request.refused) return;
      const result = await continueFirst([request.named as Candidate], request, connect, new Deadline(1_000_000));
      const said = ofSource(result);

      const kind = environment.CUSTOMER_IDENTITY;
      const [us = 'nobody'] = namesOf(customer, kind);
      const comparesOwners = environment.SOURCE_CONTACT_CHECK.startsWith('OWNER_');
      const owned = ({ who }: { who: Who }) => comparesOwners && namesOf(who, kind).includes(us);
      const named = session.filter(({ Id }) => Id === sourceContactId);
      const described = rehydrationType === 'FROM_LAST_AGENT_SEGMENT' ? session : named;
      expect([NOTHING, ...(named.every(owned) ? described.filter(owned).map(all) : [])]).toContainEqual(said);
      if (said[0]) statusesWithAnAgent.add(result.outcome.status);
      else without += 1;
    });
    await fc.assert(property, { numRuns: 3_000 });
    // Else this shows nothing.
    expect(statusesWithAnAgent).toEqual(new Set(['ASSOCIATED', 'ALREADY_PERSISTENT', 'REJECTED', 'FAILED']));
    expect(without).toBeGreaterThan(0);
  });
});
