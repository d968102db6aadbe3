import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { C1, C3, CUSTOMER_ID, type LocalConnect, startLocalConnect } from '../../local/connect/index.ts';
import type { FlowAttributes } from '../../src/result.ts';
import { associationsOf, startBlock } from '../support/block.ts';
import { chatEvent } from '../support/events.ts';

const ASSOCIATE = 'CreatePersistentContactAssociation';
const LOST = [`${ASSOCIATE}:lost-answer*1`, `${ASSOCIATE}:throttle`];
const ASSOCIATED = { associationStatus: 'ASSOCIATED', reason: '', continuedFromContactId: C3 };
const slow = (ms: number) => [`${ASSOCIATE}:slow=${ms}`];
const CASES: [seconds: number, what: string, faults: string[], check: string, expected: object, requestsMax: number][] =
  [
    [8, 'answers after 1.6 s', slow(1_600), 'OWNER_IF_KNOWN', ASSOCIATED, 3],
    [8, 'answers after 3 s', slow(3_000), 'OWNER_IF_KNOWN', ASSOCIATED, 3],
    [8, 'answers after 5 s', slow(5_000), 'OWNER_IF_KNOWN', ASSOCIATED, 3],
    [4, 'an answer that is lost, and throttling until the end', LOST, 'OWNER_IF_KNOWN', ASSOCIATED, 100],
    // The role may not describe a contact.
    [3, 'the same with the check off', LOST, 'OFF', { associationStatus: 'FAILED' }, 100],
    [8, 'two descriptions without an answer', ['DescribeContact:hang*2'], 'OWNER_IF_KNOWN', ASSOCIATED, 1],
  ];

const ended = new Map<string, { connect: LocalConnect; attributes: FlowAttributes | undefined }>();
// All at once, after the last one has loaded. Nothing is written: the lines of one would be another's.
beforeAll(async () => {
  const ready = [];
  const silent = { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' };
  for (const [seconds, what, faults, SOURCE_CONTACT_CHECK] of CASES) {
    const connect = await startLocalConnect({ faults });
    const block = await startBlock(connect, { ...silent, SOURCE_CONTACT_CHECK });
    const parameters = { sourceContactId: C1, timeLimitSeconds: `${seconds}` };
    ready.push(async () => {
      const { attributes } = await block.invoke(chatEvent(parameters, { CustomerId: CUSTOMER_ID }), {
        remaining: 10_000,
      });
      ended.set(what, { connect, attributes });
    });
  }
  await Promise.all(ready.map(invoke => invoke()));
}, 30_000);
afterAll(() => Promise.all([...ended.values()].map(({ connect }) => connect.close())));

test.each(CASES)('within %d seconds: %s, %j, %s: %j, with at most %d requests', (_, what, ...[, , expected, most]) => {
  const { attributes, connect } = ended.get(what) ?? {};
  expect(attributes).toMatchObject(expected);
  const requests = connect ? associationsOf(connect) : [];
  expect(requests.length).toBeGreaterThan(0);
  expect(requests.length).toBeLessThanOrEqual(most);
});
