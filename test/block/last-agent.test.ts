import { expect, test } from '@jest/globals';
import { AGENT_A2, C2, C3, INSTANCE_ID, NEW_CHAT, QUEUE } from '../../local/connect/index.ts';
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

test('a refusal is explained with the list that found the last agent: its quota is the smallest', async () => {
  world.change('task', { Channel: 'TASK', DisconnectTimestamp: undefined }, C2);
  world.connect.setFaults(['CreatePersistentContactAssociation:error=400']);
  const { attributes, log } = await world.continueFrom(C3, LAST_AGENT);
  expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_STILL_ACTIVE' });
  expect(log).toMatchObject([{ listAttempts: 1 }]);
});
