import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { describe, expect, test } from '@jest/globals';
import type { Operation } from '../../src/aws/connect.ts';
import type { Outcome, PlainRejectedReason } from '../../src/outcome.ts';
import { type Calls, logResult, METRICS, type Metric, publishMetrics } from '../../src/report.ts';
import type { Result } from '../../src/result.ts';

const ASSOCIATED: Outcome = { status: 'ASSOCIATED', continuedFromContactId: 'past' };
const PERSISTENT: Outcome = { status: 'ALREADY_PERSISTENT', continuedFromContactId: 'past' };
const NOTHING: Outcome = { status: 'NO_SOURCE_CONTACT' };
const GUIDE: Outcome = { status: 'NOT_APPLICABLE', reason: 'GUIDE' };
const FAILED: Outcome = { status: 'FAILED', reason: 'TIMED_OUT' };
const rejected = (reason: PlainRejectedReason): Outcome => ({ status: 'REJECTED', reason });
const error = { operation: 'UpdateItem', name: 'TimeoutError', message: 'words' };
const NAMED = { sourceContactId: 'past', sourceContactIdFrom: 'parameter' } as const;
const BY_CONNECT = { outcome: rejected('REJECTED_BY_CONNECT'), ...NAMED };
const VERIFIED = { outcome: ASSOCIATED, ...NAMED, ownerVerified: true };

/** What was called: so many associations, and what these operations met. */
function calls(CreatePersistentContactAssociation = 0, ...failed: Operation[]): Calls {
  const met = { name: 'InvalidRequestException', message: 'words', httpStatusCode: 400, requestId: 'r' };
  return {
    attempts: { CreatePersistentContactAssociation, DescribeContact: 0, ListAssociatedContacts: 0 },
    errors: Object.fromEntries(failed.map(operation => [operation, { operation, ...met }])),
  };
}

/** The metrics that one result is counted in, and how often they were published. */
function counted(result: Result, made = calls()) {
  const values: Record<string, number> = {};
  let published = 0;
  const metrics = {
    addMetric: (name: string, _: string, value: number) => Object.assign(values, { [name]: value }),
    publishStoredMetrics: () => {
      published += 1;
    },
  };
  publishMetrics(metrics as unknown as Metrics, result, made);
  return { values, published };
}

describe('the metrics', () => {
  // The metrics that are 1; all the others are 0.
  test.each<[Metric[], Result]>([
    [['Returning', 'Continued'], VERIFIED],
    [['Returning', 'Continued', 'Unverified'], { outcome: ASSOCIATED, ...NAMED, ownerVerified: false }],
    [['Returning', 'Continued', 'Unverified'], { outcome: ASSOCIATED, ...NAMED }],
    [['Returning', 'Continued'], { outcome: PERSISTENT, ...NAMED }],
    [[], { outcome: NOTHING, sourceContactIdFrom: 'none' }],
    [['Returning'], { outcome: rejected('SOURCE_CONTACT_NOT_FOUND'), ...NAMED }],
    [['Returning', 'RejectedByConnect'], BY_CONNECT],
    [['Returning', 'NotOwned'], { outcome: rejected('SOURCE_CONTACT_NOT_OWNED'), ...NAMED, ownerVerified: false }],
    [['Returning'], { outcome: rejected('SOURCE_CONTACT_NOT_OWNED'), ...NAMED, sourceContactIdFrom: 'store' }],
    [['Returning', 'Failed'], { outcome: FAILED, ...NAMED, ownerVerified: false }],
    [['Failed'], { outcome: FAILED }],
    [['Returning', 'RejectedByConnect'], { ...BY_CONNECT, refusalExplained: true }],
    [['Returning'], { ...BY_CONNECT, refusalExplained: false }],
    // Only where there is a session store is its metric there.
    [['Returning', 'Continued', 'SessionStoreFailed'], { ...VERIFIED, sessionRecord: { customerKnown: true, error } }],
    [['Returning', 'Continued'], { ...VERIFIED, sessionRecord: { customerKnown: true, pastSessions: [] } }],
  ])('that are 1 are %j for %j, beside the number of attempts', (ones, result) => {
    const some: Metric[] = ['AssociationAttempts', ...(result.sessionRecord ? [] : ['SessionStoreFailed' as const])];
    const always = METRICS.filter(name => !some.includes(name));
    const values = Object.fromEntries(always.map(name => [name, Number(ones.includes(name))]));
    expect(counted(result)).toEqual({ values, published: 1 });
    expect(counted(result, calls(3))).toEqual({ values: { ...values, AssociationAttempts: 3 }, published: 1 });
  });

  test('are none for a contact that is not applicable', () => {
    expect(counted({ outcome: GUIDE })).toEqual({ values: {}, published: 0 });
  });
});

describe('the log line', () => {
  /** The one line for a result: its level and its fields. */
  function logged(result: Result, made = calls()): Record<string, unknown> {
    const lines: Record<string, unknown>[] = [];
    const log = (level: string) => (_: string, fields: object) => lines.push({ level, ...fields });
    logResult({ info: log('info'), warn: log('warn'), error: log('error') } as unknown as Logger, result, made, 12.6);
    expect(lines).toHaveLength(1);
    return JSON.parse(JSON.stringify(lines[0]));
  }

  const LONG: Outcome = { status: 'ASSOCIATED', continuedFromContactId: 'x'.repeat(5_000) };
  const NONE = { outcome: NOTHING, sourceContactIdFrom: 'none' } as const;
  test.each<[object, Result]>([
    [{ sourceContactIdFrom: 'parameter', ownerVerified: true }, VERIFIED],
    [{ rehydrationType: 'FROM_SEGMENT' }, { outcome: ASSOCIATED, rehydrationType: 'FROM_SEGMENT' }],
    [{ continuedFromContactId: 'x'.repeat(256) }, { outcome: LONG }],
    [{ ownerVerified: false }, { outcome: ASSOCIATED, ownerVerified: false }],
    [{ reason: 'SESSION_NOT_LISTED' }, { outcome: { ...ASSOCIATED, reason: 'SESSION_NOT_LISTED' } }],
    [{ sourceContactIdFrom: 'none' }, { ...NONE, ownerVerified: false }],
    [
      { sourceContactIdFrom: 'none', ownerVerified: true, customerKnown: true, storeAttempts: 2 },
      { ...NONE, ownerVerified: true, sessionRecord: { customerKnown: true, attempts: 2, pastSessions: ['secret'] } },
    ],
  ])('has %j, and no number of what was not called, of %j', (fields, result) => {
    const { status: associationStatus, ...continued } = result.outcome;
    const line = { level: 'info', associationStatus, reason: '', durationMs: 13, ...continued, ...fields };
    expect(logged(result)).toEqual(line);
    expect(logged(result, calls(2))).toEqual({ ...line, associationAttempts: 2 });
  });

  test.each<[string, Result]>([
    ['info', { outcome: PERSISTENT, ...NAMED }],
    ['info', { outcome: GUIDE }],
    ['warn', { outcome: rejected('SOURCE_CONTACT_NOT_FOUND'), ...NAMED }],
    ['warn', { outcome: FAILED, ...NAMED }],
    ['warn', { outcome: ASSOCIATED, ...NAMED, checkUnavailable: true }],
    ['warn', { outcome: ASSOCIATED, ...NAMED, sessionRecord: { customerKnown: true, error } }],
    ['error', { outcome: ASSOCIATED, sessionRecord: { customerKnown: true, error, misconfigured: new Error() } }],
  ])('is %s for %j, and only then has what the requests met', (level, result) => {
    const line = logged(result, calls(1, 'DescribeContact'));
    expect(line).toMatchObject({ level, ...(result.sessionRecord ? { storeError: error } : {}) });
    expect('serviceError' in line).toBe(level !== 'info');
  });

  test('has the answer to the association rather than what a check met besides', () => {
    const made = calls(1, 'ListAssociatedContacts', 'DescribeContact', 'CreatePersistentContactAssociation');
    const { serviceError } = logged(BY_CONNECT, made);
    expect(serviceError).toMatchObject({ operation: 'CreatePersistentContactAssociation' });
  });

  test.each([
    ['SOURCE_CONTACT_ID_INVALID', 19],
    ['SOURCE_CONTACT_NOT_FOUND', undefined],
  ] as const)('never has the id that was asked for; of an invalid one, its length: %s', (reason, length) => {
    const line = logged({ outcome: rejected(reason), ...NAMED, sourceContactId: '$.Attributes.secret' });
    expect(line['sourceContactIdLength']).toBe(length);
    expect(JSON.stringify(line)).not.toContain('secret');
  });
});
