import type { Contact } from '@aws-sdk/client-connect';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { Answer } from '../../src/amazon-connect/answer.ts';
import type { AmazonConnect } from '../../src/amazon-connect/operations.ts';
import { parseContactFlowEvent } from '../../src/contact-flow-event.ts';
import { continuePastChat } from '../../src/continue-past-chat.ts';
import { Deadline } from '../../src/deadline.ts';
import { toFlowAttributes } from '../../src/flow-attributes.ts';
import { type Outcome, REHYDRATION_TYPES } from '../../src/outcome.ts';
import { resolveRequest } from '../../src/request.ts';
import type { Result } from '../../src/result.ts';
import { CUSTOMER_IDENTITIES, type CustomerIdentity, readSettings, SOURCE_CONTACT_CHECKS } from '../../src/settings.ts';
import { chatEvent } from '../support/events.ts';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
beforeEach(() => {
  jest.spyOn(Date, 'now').mockReturnValue(NOW);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const endedAgo = (seconds: number) => new Date(NOW - seconds * 1_000);
const SOURCE: Contact = {
  Id: 'past',
  AgentInfo: { Id: 'agent' },
  QueueInfo: { Id: 'queue' },
  DisconnectTimestamp: endedAgo(86_400),
};
const NOTHING = { sourceAgentId: '', sourceQueueId: '', sourceEndedSecondsAgo: '' };
const ASSOCIATED: Outcome = { status: 'ASSOCIATED', continuedFromContactId: 'past' };
const OUTCOMES: Outcome[] = [
  ASSOCIATED,
  { status: 'ALREADY_PERSISTENT', continuedFromContactId: 'past' },
  { status: 'REJECTED', reason: 'REJECTED_BY_CONNECT' },
  { status: 'REJECTED', reason: 'SOURCE_CONTACT_NOT_OWNED' },
  { status: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds: 5 },
  { status: 'FAILED', reason: 'THROTTLED' },
  { status: 'FAILED', reason: 'CHECK_UNAVAILABLE' },
];

/** The three attributes of the source contact. */
function sourceAttributes(result: Partial<Result>) {
  const all = toFlowAttributes({ outcome: ASSOCIATED, asked: {}, ...result });
  const { sourceAgentId, sourceQueueId, sourceEndedSecondsAgo } = all;
  return { sourceAgentId, sourceQueueId, sourceEndedSecondsAgo };
}

describe('the agent, the queue and the end of the source contact', () => {
  test.each(OUTCOMES)('are said of a verified owner, whatever the outcome: %j', outcome => {
    expect(sourceAttributes({ outcome, ownerVerified: true, sourceContact: SOURCE })).toEqual({
      sourceAgentId: 'agent',
      sourceQueueId: 'queue',
      sourceEndedSecondsAgo: '86400',
    });
  });

  test.each(OUTCOMES)('are empty without one: %j', outcome => {
    for (const ownerVerified of [false, undefined]) {
      expect(sourceAttributes({ outcome, ownerVerified, sourceContact: SOURCE })).toEqual(NOTHING);
    }
    expect(sourceAttributes({ outcome, ownerVerified: true })).toEqual(NOTHING);
  });

  test('are empty where the contact has none', () => {
    expect(sourceAttributes({ ownerVerified: true, sourceContact: { Id: 'past' } })).toEqual(NOTHING);
    const nulls = { Id: 'past', AgentInfo: null, QueueInfo: { Id: null }, DisconnectTimestamp: null } as never;
    expect(sourceAttributes({ ownerVerified: true, sourceContact: nulls })).toEqual(NOTHING);
  });

  test('are cut and well-formed', () => {
    const Id = `\ud800${'x'.repeat(5_000)}`;
    const sourceContact = { Id: 'past', AgentInfo: { Id }, QueueInfo: { Id } };
    const cut = `\ufffd${'x'.repeat(255)}`;
    expect(sourceAttributes({ ownerVerified: true, sourceContact })).toMatchObject({
      sourceAgentId: cut,
      sourceQueueId: cut,
    });
  });

  test.each([
    [0, '0'],
    [0.999, '0'],
    [59.999, '59'],
    [60, '60'],
    [63_072_000.5, '63072000'],
    // Another clock than ours wrote the end.
    [-0.001, '0'],
    [-90, '0'],
  ])('an end %p seconds ago is %p', (seconds, sourceEndedSecondsAgo) => {
    const sourceContact = { ...SOURCE, DisconnectTimestamp: endedAgo(seconds) };
    expect(sourceAttributes({ ownerVerified: true, sourceContact })).toMatchObject({ sourceEndedSecondsAgo });
  });
});

describe("of a contact that is not known to be the customer's", () => {
  const SESSION = ['first', 'second', 'survey'];
  const who = fc.constantFrom('ann', 'ann', 'bob', undefined);
  const subtype = fc.constantFrom('connect:Chat', 'connect:Chat', 'connect:SMS');
  const mostly = <T>(usual: T, ...others: T[]) =>
    fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

  /** Whom a contact or an event names, in each of the places. */
  const identities = fc.record({ id: who, address: who, attribute: who, subtype }).map(place => ({
    CustomerId: place.id,
    CustomerEndpoint: place.address && { Type: 'TELEPHONE_NUMBER', Address: place.address },
    Attributes: place.attribute ? { customerId: place.attribute } : {},
    SegmentAttributes: { 'connect:Subtype': { ValueString: place.subtype } },
  }));
  type Identities = Partial<typeof identities extends fc.Arbitrary<infer T> ? T : never>;

  /** Who that is, said once more and in another way than src/customer.ts. */
  function customerOf(contact: Identities, identity: CustomerIdentity): string | undefined {
    const isSms = contact.SegmentAttributes?.['connect:Subtype'].ValueString === 'connect:SMS';
    const place = identity === 'AUTO' ? (isSms ? 'ENDPOINT' : 'CUSTOMER_ID') : identity;
    if (place === 'ATTRIBUTE') return contact.Attributes && Object.values(contact.Attributes)[0];
    return place === 'ENDPOINT' ? contact.CustomerEndpoint?.Address : contact.CustomerId;
  }

  /** Each contact with an agent, a queue and an end of its own, so that none can pass for another. */
  const contacts = fc
    .tuple(
      ...SESSION.map((Id, index) =>
        fc.record({
          Id: fc.constant(Id),
          InitialContactId: fc.constant('first'),
          identities,
          Channel: mostly('CHAT', 'VOICE'),
          InitiationMethod: fc.constantFrom('API', 'DISCONNECT'),
          DisconnectTimestamp: mostly<Date | undefined>(endedAgo(10 + index), undefined),
          AgentInfo: mostly<Contact['AgentInfo']>({ Id: `agent of ${Id}` }, undefined),
          QueueInfo: mostly<Contact['QueueInfo']>({ Id: `queue of ${Id}` }, undefined),
        }),
      ),
    )
    .map(session => session.map(({ identities, ...contact }) => ({ ...contact, ...identities }) as Contact));

  const refused = (status: number) => ({ kind: 'refused', status }) as const;
  const unavailable = { kind: 'unavailable', reason: 'THROTTLED' } as const;
  const fault = mostly<Answer<never> | undefined>(undefined, refused(404), refused(400), unavailable);
  const associated: Answer<string> = { kind: 'answered', value: 'continued' };
  const faults = fc.record({
    describe: fc.record({ first: fault, second: fault, survey: fault, current: fault }),
    list: fault,
    associate: fc.constantFrom<Answer<string>>(associated, refused(404), refused(400), refused(400), unavailable),
  });
  type Faults = typeof faults extends fc.Arbitrary<infer T> ? T : never;

  function connectOf(session: Contact[], current: Contact, { describe, list, associate }: Faults): AmazonConnect {
    const all = [...session, current];
    return {
      describe: async id =>
        describe[id as 'first'] ?? { kind: 'answered', value: all.find(({ Id }) => Id === id) as Contact },
      listAssociated: async () =>
        list ?? { kind: 'answered', value: all.map(({ Id: ContactId, ...others }) => ({ ...others, ContactId })) },
      associate: async () => associate,
      attempts: { CreatePersistentContactAssociation: 0, DescribeContact: 0, ListAssociatedContacts: 0 },
      errors: {},
    } as AmazonConnect;
  }

  test('nothing is ever said, whatever the contacts, the settings and the outcome; nor of the current contact', async () => {
    const statusesWithAnAgent = new Set<string>();
    let without = 0;
    const settings = fc.record({
      SOURCE_CONTACT_CHECK: mostly<string>('OWNER_REQUIRED', ...SOURCE_CONTACT_CHECKS),
      CUSTOMER_IDENTITY: fc.constantFrom(...CUSTOMER_IDENTITIES),
    });
    const asked = fc.record({
      sourceContactId: fc.constantFrom(...SESSION),
      rehydrationType: fc.constantFrom(...REHYDRATION_TYPES),
    });
    await fc.assert(
      fc.asyncProperty(settings, asked, identities, contacts, faults, fc.boolean(), async (...given) => {
        const [environment, parameters, customer, session, answers, related] = given;
        fc.pre(environment.SOURCE_CONTACT_CHECK !== 'OFF' || parameters.rehydrationType !== 'FROM_LAST_AGENT_SEGMENT');
        const current = {
          ...{ Id: 'current', InitialContactId: 'current', Channel: 'CHAT', ...customer },
          ...{ RelatedContactId: related ? 'first' : undefined, DisconnectTimestamp: endedAgo(1) },
          ...{ AgentInfo: { Id: 'agent of current' }, QueueInfo: { Id: 'queue of current' } },
        } as Contact;
        const ids = { ContactId: 'current', InitialContactId: 'current', PreviousContactId: 'current' };
        const event = parseContactFlowEvent(chatEvent(parameters, { ...ids, ...customer }));
        const resolved = resolveRequest(event, readSettings(environment));
        if (!('chat' in resolved) || !resolved.named) throw new Error('The past contact is named.');

        const continuation = await continuePastChat(
          { ...resolved.chat, ...resolved.named },
          readSettings(environment),
          connectOf(session, current, answers),
          new Deadline(1_000_000),
        );
        const said = sourceAttributes(continuation);

        const { sourceContactId, rehydrationType } = parameters;
        const owned = (contact: Contact) =>
          environment.SOURCE_CONTACT_CHECK.startsWith('OWNER_') &&
          customerOf(customer, environment.CUSTOMER_IDENTITY) !== undefined &&
          customerOf(contact as Identities, environment.CUSTOMER_IDENTITY) ===
            customerOf(customer, environment.CUSTOMER_IDENTITY);
        const isNamed = ({ Id }: Contact) => Id === sourceContactId;
        const described = rehydrationType === 'FROM_LAST_AGENT_SEGMENT' ? session : session.filter(isNamed);
        const mayBeSaid = session.filter(isNamed).every(owned) ? described.filter(owned).map(all) : [];
        expect([NOTHING, ...mayBeSaid]).toContainEqual(said);
        if (said.sourceAgentId) statusesWithAnAgent.add(continuation.outcome.status);
        else without += 1;
      }),
      { numRuns: 3_000 },
    );
    // Else this shows nothing.
    expect(statusesWithAnAgent).toEqual(new Set(['ASSOCIATED', 'ALREADY_PERSISTENT', 'REJECTED', 'FAILED']));
    expect(without).toBeGreaterThan(0);
  });

  /** All that the three attributes could say of a contact. */
  function all({ AgentInfo, QueueInfo, DisconnectTimestamp: end }: Contact) {
    return {
      sourceAgentId: AgentInfo?.Id ?? '',
      sourceQueueId: QueueInfo?.Id ?? '',
      sourceEndedSecondsAgo: end ? `${(NOW - end.getTime()) / 1_000}` : '',
    };
  }
});
