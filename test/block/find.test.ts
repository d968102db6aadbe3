import { expect, test } from '@jest/globals';
import { AGENT_A1, AGENT_A2, C1, C2, C3, CUSTOMER_ID, NEW_CHAT, QUEUE } from '../../local/connect/index.ts';
import { associationsOf, blockForEachTest, requestsOf } from '../support/block.ts';
import { chatEvent } from '../support/events.ts';

const world = blockForEachTest();

test.each([
  { type: 'ENTIRE_PAST_SESSION', sent: C1, continued: C3, agent: AGENT_A1 },
  { type: 'FROM_SEGMENT', sent: C1, continued: C1, agent: AGENT_A1 },
  { type: 'FROM_LAST_AGENT_SEGMENT', sent: C2, continued: C2, agent: AGENT_A2 },
])('a chat that is found is continued by the next invocation: $type', async ({ type, sent, continued, agent }) => {
  const invoke = async (mode = '') => {
    world.connect.calls.length = 0;
    const invoked = await world.continueFrom(C1, { rehydrationType: type, mode });
    return { ...invoked, requests: requestsOf(world.connect), associations: associationsOf(world.connect) };
  };

  const found = await invoke(' find ');
  const sourceEndedSecondsAgo = expect.stringMatching(/^\d+$/);
  expect(found.attributes).toEqual({
    ...{ associationStatus: 'FOUND', reason: '', continuedFromContactId: '', retryAfterSeconds: '' },
    ...{ rehydrationType: type, sourceContactId: C1, sourceAgentId: agent.Id, sourceQueueId: QUEUE.Id },
    sourceEndedSecondsAgo,
  });
  expect(found.log).toMatchObject([{ level: 'INFO', associationStatus: 'FOUND', mode: 'FIND', ownerVerified: true }]);
  expect([found.associations, found.metrics]).toEqual([[], {}]);

  // Amazon Connect refuses the association once: the next invocation sends the same, although FIND came between.
  world.connect.setFaults(['CreatePersistentContactAssociation:error=400*1']);
  const refused = await invoke();
  expect(refused.attributes).toMatchObject({ associationStatus: 'REJECTED' });
  // What found the last agent explains the refusal, too: the list's quota is the smallest.
  expect(refused.log).toMatchObject([{ listAttempts: 1 }]);
  expect((await invoke('FIND')).attributes).toEqual({ ...found.attributes, sourceEndedSecondsAgo });
  const associated = await invoke('CONTINUE');
  const status = { associationStatus: 'ASSOCIATED', continuedFromContactId: continued };
  expect(associated.attributes).toEqual({ ...found.attributes, ...status, sourceEndedSecondsAgo });
  expect(associated.associations).toMatchObject([{ SourceContactId: sent, ClientToken: expect.any(String) }]);
  expect(refused.associations).toEqual(associated.associations);
  expect(associated.requests).toEqual([...found.requests, `CreatePersistentContactAssociation ${NEW_CHAT}`]);
  expect(associated.metrics).toMatchObject({ Returning: 1, Continued: 1, AssociationAttempts: 1 });

  // The flow's event shows the link now.
  world.connect.calls.length = 0;
  const fields = { CustomerId: CUSTOMER_ID, RelatedContactId: continued };
  const again = await world.invoke(chatEvent({ sourceContactId: C1, mode: 'FIND' }, fields));
  expect(again.attributes).toMatchObject({
    associationStatus: 'ALREADY_PERSISTENT',
    continuedFromContactId: continued,
  });
  expect(requestsOf(world.connect)).toEqual([`DescribeContact ${NEW_CHAT}`, `DescribeContact ${continued}`]);
  expect(again.metrics).toMatchObject({ Returning: 1, Continued: 1 });
});
