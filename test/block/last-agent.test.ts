import { expect, test } from '@jest/globals';
import { AGENT_A1, AGENT_A2, C1, C2, C3, INSTANCE_ID, NEW_CHAT, QUEUE } from '../../local/connect/index.ts';
import { clientToken } from '../../src/aws/connect.ts';
import { blockForEachTest } from '../support/block.ts';

// Which contact it is: test/unit/past-contact/last-agent.test.ts.

const LAST_AGENT = { rehydrationType: 'FROM_LAST_AGENT_SEGMENT' };
const ASSOCIATED = { associationStatus: 'ASSOCIATED', continuedFromContactId: C2, sourceAgentId: AGENT_A2.Id };
const world = blockForEachTest();

test("the last agent's chat of a past session is continued from its survey, with one list, as that segment", async () => {
  const { attributes, log } = await world.continueFrom(C3, LAST_AGENT);
  const asked = { ...LAST_AGENT, sourceContactId: C3 };
  const ended = { sourceQueueId: QUEUE.Id, sourceEndedSecondsAgo: expect.stringMatching(/^\d+$/) };
  expect(attributes).toMatchObject({ ...ASSOCIATED, reason: '', ...asked, ...ended });
  expect(log).toMatchObject([{ ...LAST_AGENT, ownerVerified: true, listAttempts: 1, describeAttempts: 2 }]);
  const found = [`DescribeContact ${C3}`, `ListAssociatedContacts ${C3}`, `DescribeContact ${C2}`];
  expect(world.requests()).toEqual([...found, `CreatePersistentContactAssociation ${NEW_CHAT}`]);
  const segment = { sourceContactId: C2, rehydrationType: 'FROM_SEGMENT' } as const;
  const ClientToken = clientToken(INSTANCE_ID, { contactId: NEW_CHAT, ...segment });
  expect(world.associations()).toEqual([{ RehydrationType: 'FROM_SEGMENT', SourceContactId: C2, ClientToken }]);
});

test("the last agent's chat may have the subtype of guides, as chats of the widget do", async () => {
  const GUIDE = { 'connect:Subtype': { ValueString: 'connect:Guide' } };
  world.change(C2, { RelatedContactId: 'earlier', SegmentAttributes: GUIDE });
  expect((await world.continueFrom(C3, LAST_AGENT)).attributes).toMatchObject(ASSOCIATED);
});

test.each([
  ['ENTIRE_PAST_SESSION', C1, AGENT_A1.Id],
  // C1 is described as well, for its owner only.
  ['ENTIRE_PAST_SESSION', C2, AGENT_A2.Id],
  ['FROM_SEGMENT', C1, AGENT_A1.Id],
])('the agent is else the one of the contact that was named: %s, %s', async (rehydrationType, id, sourceAgentId) => {
  expect((await world.continueFrom(id, { rehydrationType })).attributes).toMatchObject({ sourceAgentId });
});

test('without the list in a third of the time, the search goes back from the contact that was named', async () => {
  world.connect.setFaults(['ListAssociatedContacts:throttle']);
  const { attributes, log, metrics } = await world.continueFrom(C3, LAST_AGENT, { remaining: 2_000 });
  expect(attributes).toMatchObject({ ...ASSOCIATED, reason: 'SESSION_NOT_LISTED' });
  expect(log).toMatchObject([{ level: 'INFO', reason: 'SESSION_NOT_LISTED', ownerVerified: true }]);
  expect(metrics).toMatchObject({ Continued: 1, Unverified: 0 });
  expect(log[0]?.['durationMs']).toBeLessThan(1_500);
});

test('a refusal is explained with the list that found the last agent: its quota is the smallest', async () => {
  world.change('task', { Channel: 'TASK', DisconnectTimestamp: undefined }, C2);
  world.connect.setFaults(['CreatePersistentContactAssociation:error=400']);
  const { attributes, log } = await world.continueFrom(C3, LAST_AGENT);
  expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_STILL_ACTIVE' });
  expect(log).toMatchObject([{ listAttempts: 1 }]);
});

// What only the list or another contact of the session meets is not said of the source: it was described a moment before.
test.each([
  {
    met: 'the list is not found',
    faults: ['ListAssociatedContacts:error=404'],
    from: C2,
    reason: 'SESSION_NOT_LISTED',
  },
  { met: 'the list is refused', faults: ['ListAssociatedContacts:error=400'], from: C2, reason: 'SESSION_NOT_LISTED' },
  { met: 'another contact is not found', faults: ['DescribeContact:slow=1*1', 'DescribeContact:error=404'], from: C1 },
  { met: 'another contact answers 500', faults: ['DescribeContact:slow=1*1', 'DescribeContact:error=500'], from: C1 },
])('where $met, the chat is associated all the same', async ({ faults, from, reason = '' }) => {
  world.connect.setFaults(faults);
  const named = reason ? C3 : C1;
  const { attributes } = await world.continueFrom(named, LAST_AGENT, { remaining: 2_000 });
  expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: from, reason });
});

test('the agent of a transfer in the disconnect flow is the last agent', async () => {
  world.change(C3, { InitiationMethod: 'DISCONNECT', AgentInfo: { Id: 'agent-in-disconnect-flow' } });
  const { attributes } = await world.continueFrom(C1, LAST_AGENT);
  expect(attributes).toMatchObject({ continuedFromContactId: C3, sourceAgentId: 'agent-in-disconnect-flow' });
});
