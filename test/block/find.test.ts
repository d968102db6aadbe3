import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { RehydrationType } from '../../src/outcome.ts';
import { associationsOf, type Block } from '../support/block.ts';
import { eventOf, setMinutes, someCustomer, startStoreBlock, storeWorldForFile } from '../support/session-store.ts';

const world = storeWorldForFile();
const blocks = {} as Record<'store' | 'no store', Block>;
beforeAll(async () => {
  const off = { SESSION_STORE_TABLE: '', SOURCE_CONTACT_CHECK: 'OWNER_IF_KNOWN' };
  Object.assign(blocks, { store: world.block, 'no store': await startStoreBlock(world.connect, world.table, off) });
});

/** A past session: its first contact, with agent a1, a transfer to agent a2, and a survey. */
async function pastSession(customer: string) {
  const first = world.pastChat(0, customer, { AgentInfo: { Id: 'a1' } });
  const member = { InitialContactId: first.Id, PreviousContactId: first.Id };
  const last = world.pastChat(5, customer, { ...member, InitiationMethod: 'TRANSFER', AgentInfo: { Id: 'a2' } });
  const survey = world.pastChat(10, customer, { ...member, InitiationMethod: 'DISCONNECT' });
  await world.remember(customer, { [first.Id]: 0 });
  return { first: first.Id, last: last.Id, survey: survey.Id };
}

interface Row {
  type: RehydrationType;
  where: keyof typeof blocks;
  /** Whether the flow names the first contact of the past session. */
  named?: true;
  sent: 'first' | 'last';
  continued: 'first' | 'last' | 'survey';
  agent: string;
}

describe('a chat that is found, and continued by the next invocation', () => {
  const ROWS: Row[] = (['store', 'no store'] as const).flatMap(where => {
    const named = where === 'no store' ? { named: true as const } : {};
    return [
      { type: 'ENTIRE_PAST_SESSION', where, ...named, sent: 'first', continued: 'survey', agent: 'a1' },
      { type: 'FROM_SEGMENT', where, named: true, sent: 'first', continued: 'first', agent: 'a1' },
      { type: 'FROM_LAST_AGENT_SEGMENT', where, ...named, sent: 'last', continued: 'last', agent: 'a2' },
    ];
  });

  test.each(ROWS)('with $type and $where', async ({ type, where, named, sent, continued, agent }) => {
    const customer = someCustomer();
    const past = await pastSession(customer);
    setMinutes(20);
    const chat = world.newChat(customer);
    const invoke = async (mode = '') => {
      world.connect.calls.length = 0;
      const parameters = { rehydrationType: type, ...(named && { sourceContactId: past.first }), mode };
      const invoked = await blocks[where].invoke(eventOf(chat, parameters));
      const requests = world.connect.calls.map(({ operation, contactId }) => `${operation} ${contactId}`);
      return { ...invoked, requests, associations: associationsOf(world.connect).map(({ body }) => body) };
    };

    // Slower than Amazon Connect: the session is recorded all the same.
    world.table.onRequest = () => sleep(200);
    const found = await invoke(' find ');
    world.table.onRequest = () => undefined;
    expect(found.attributes).toEqual({
      ...{ associationStatus: 'FOUND', reason: '', continuedFromContactId: '', retryAfterSeconds: '' },
      ...{ rehydrationType: type, sourceContactId: past.first, sourceAgentId: agent, sourceQueueId: '' },
      sourceEndedSecondsAgo: { a1: '900', a2: '600' }[agent],
    });
    expect(found.log).toMatchObject([{ level: 'INFO', associationStatus: 'FOUND', mode: 'FIND', ownerVerified: true }]);
    expect([found.associations, found.metrics]).toEqual([[], {}]);
    expect(await world.sessions(customer)).toEqual({ [past.first]: 0, ...(where === 'store' && { [chat.Id]: 20 }) });

    // Amazon Connect refuses the association once: the next invocation sends the same, although FIND came between.
    world.connect.setFaults(['CreatePersistentContactAssociation:error=400*1']);
    const refused = await invoke();
    expect(refused.attributes).toMatchObject({ associationStatus: 'REJECTED' });
    expect((await invoke('FIND')).attributes).toEqual(found.attributes);
    const associated = await invoke('CONTINUE');
    const continuedFromContactId = past[continued];
    const status = { associationStatus: 'ASSOCIATED', continuedFromContactId };
    expect(associated.attributes).toEqual({ ...found.attributes, ...status });
    expect(associated.associations).toMatchObject([{ SourceContactId: past[sent], ClientToken: expect.any(String) }]);
    expect(refused.associations).toEqual(associated.associations);
    expect(associated.requests).toEqual([...found.requests, `CreatePersistentContactAssociation ${chat.Id}`]);
    expect(associated.metrics).toMatchObject({ Returning: 1, Continued: 1, AssociationAttempts: 1 });

    // The flow's event shows the link now.
    const again = await invoke('FIND');
    expect(again.attributes).toMatchObject({ associationStatus: 'ALREADY_PERSISTENT', continuedFromContactId });
    expect(again.requests).toEqual([`DescribeContact ${chat.Id}`, `DescribeContact ${continuedFromContactId}`]);
    expect(again.metrics).toMatchObject({ Returning: 1, Continued: 1 });
  });
});

describe('a chat that FIND does not find has the status, the reason and the metrics of one that is to be continued', () => {
  test.each([
    { reason: 'SOURCE_CONTACT_NOT_OWNED', of: 'another customer', fields: {} },
    { reason: 'SOURCE_CONTACT_NOT_CHAT', fields: { Channel: 'VOICE' as const } },
    { reason: 'SOURCE_CONTACT_STILL_ACTIVE', fields: { DisconnectTimestamp: undefined } },
    { reason: 'CHECK_UNAVAILABLE', fields: {}, fault: 'DescribeContact:throttle' },
    { reason: 'SOURCE_CONTACT_NOT_FOUND', fields: { Id: 'no-such-contact' } },
  ])('$reason', async ({ reason, of, fields, fault }) => {
    const customer = someCustomer();
    const past = { ...world.pastChat(0, of ? someCustomer() : customer), ...fields };
    if (past.Id !== 'no-such-contact') world.connect.contacts.set(past.Id, past);
    setMinutes(20);
    world.connect.setFaults(fault ? [fault] : []);
    const chat = world.newChat(customer);
    const asked = { sourceContactId: past.Id, timeLimitSeconds: '1' };
    const continuing = await blocks['no store'].invoke(eventOf(chat, asked));
    const finding = await blocks['no store'].invoke(eventOf(chat, { ...asked, mode: 'FIND' }));
    expect(continuing.attributes).toMatchObject({ reason });
    expect(finding.attributes).toEqual(continuing.attributes);
    expect(finding.metrics).toEqual({ ...continuing.metrics, Returning: 1 });
    expect(finding.log).toMatchObject([{ mode: 'FIND', reason }]);
    expect(associationsOf(world.connect)).toEqual([]);
  });
});
