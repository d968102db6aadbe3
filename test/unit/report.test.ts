import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { describe, expect, jest, test } from '@jest/globals';
import { C1 } from '../../local/connect/index.ts';
import type { Operation } from '../../src/aws/connect.ts';
import { type Outcome, REASONS, type Reason, type PlainReason } from '../../src/outcome.ts';
import { type Calls, logResult, METRICS, publishMetrics } from '../../src/report.ts';
import type { Result } from '../../src/result.ts';
import type { SessionRecord } from '../../src/session-store/table.ts';

type Metric = keyof typeof METRICS;

const ASSOCIATED: Outcome = { status: 'ASSOCIATED', continuedFromContactId: 'past' };
const PERSISTENT: Outcome = { status: 'ALREADY_PERSISTENT', continuedFromContactId: 'past' };
const NOTHING: Result = { outcome: { status: 'NO_SOURCE_CONTACT' }, sourceContactIdFrom: 'none' };
const JUST_ENDED: Outcome = { status: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds: 42 };
const GUIDE: Outcome = { status: 'NOT_APPLICABLE', reason: 'GUIDE' };
const FAILED: Outcome = { status: 'FAILED', reason: 'TIMED_OUT' };
const error = { operation: 'UpdateItem', name: 'TimeoutError', message: 'words' };

/** The result of a chat whose past one was named. */
const of = (outcome: Outcome, findings: Partial<Result> = {}): Result => {
  return { outcome, sourceContactId: 'past', sourceContactIdFrom: 'parameter', ...findings };
};
const rejected = (reason: PlainReason, findings: Partial<Result> = {}) => {
  return of({ status: 'REJECTED', reason }, findings);
};
const VERIFIED = of(ASSOCIATED, { ownerVerified: true });
const recorded = (record: Partial<SessionRecord>) => {
  return { ...VERIFIED, sessionRecord: { customerKnown: true, ...record } };
};

/** What was called: so many associations, and what these operations met. */
function calls(CreatePersistentContactAssociation = 0, ...failed: Operation[]): Calls {
  const met = { name: 'InvalidRequestException', message: 'words', httpStatusCode: 400, requestId: 'r' };
  return {
    attempts: { CreatePersistentContactAssociation, DescribeContact: 0, ListAssociatedContacts: 0 },
    errors: Object.fromEntries(failed.map(operation => [operation, { operation, ...met }])),
  };
}

/** The metrics that a result is counted in, and how often they were published. */
function counted(result: Result, made = calls()) {
  const added: [string, number][] = [];
  const addMetric = (name: string, unit: string, value: number) => {
    expect(unit).toBe('Count');
    added.push([name, value]);
  };
  const publishStoredMetrics = jest.fn();
  publishMetrics({ addMetric, publishStoredMetrics } as unknown as Metrics, result, made);
  return { values: Object.fromEntries(added), published: publishStoredMetrics.mock.calls.length };
}

/** The one log line of a result: its level, its message and its fields. */
function logged(result: Result, made = calls()): Record<string, unknown> {
  const lines: Record<string, unknown>[] = [];
  const log = (level: string) => (message: string, fields: object) => lines.push({ level, message, ...fields });
  logResult({ info: log('info'), warn: log('warn'), error: log('error') } as unknown as Logger, result, made, 12.6);
  expect(lines).toHaveLength(1);
  return JSON.parse(JSON.stringify(lines[0]));
}

test('an error of the session store is the message, whatever became of the chat', () => {
  const messages: unknown[] = [];
  const logger = { error: (message: string) => messages.push(message) } as unknown as Logger;
  logResult(logger, { ...recorded({ error, misconfigured: new Error() }), outcome: PERSISTENT }, calls(), 1);
  expect(messages).toEqual([expect.stringMatching(/^The session store does not work/)]);
});

const CONTINUED: Metric[] = ['Returning', 'Continued'];
const UNVERIFIED: Metric[] = [...CONTINUED, 'Unverified'];
const STORE_FAILED: Metric[] = [...CONTINUED, 'SessionStoreFailed'];
const refused = (findings: Partial<Result>) => rejected('REJECTED_BY_CONNECT', findings);
// The metrics that are 1; all the others are 0.
test.each<{ level: string; ones: Metric[]; result: Result }>([
  { level: 'info', ones: CONTINUED, result: VERIFIED },
  { level: 'info', ones: UNVERIFIED, result: of(ASSOCIATED, { ownerVerified: false }) },
  { level: 'warn', ones: UNVERIFIED, result: of(ASSOCIATED, { checkUnavailable: true }) },
  { level: 'info', ones: CONTINUED, result: of(PERSISTENT) },
  { level: 'info', ones: [], result: NOTHING },
  { level: 'warn', ones: ['Returning'], result: rejected('SOURCE_CONTACT_NOT_FOUND') },
  { level: 'warn', ones: ['Returning', 'NotOwned'], result: rejected('SOURCE_CONTACT_NOT_OWNED') },
  {
    level: 'warn',
    ones: ['Returning'],
    result: rejected('SOURCE_CONTACT_NOT_OWNED', { sourceContactIdFrom: 'store' }),
  },
  { level: 'warn', ones: ['Returning', 'Failed'], result: of(FAILED) },
  { level: 'warn', ones: ['Failed'], result: { outcome: FAILED } },
  { level: 'warn', ones: ['Returning', 'RejectedByConnect'], result: refused({}) },
  { level: 'warn', ones: ['Returning', 'RejectedByConnect'], result: refused({ refusalExplained: true }) },
  { level: 'warn', ones: ['Returning'], result: refused({ refusalExplained: false }) },
  // Only where there is a session store is its metric there.
  { level: 'info', ones: CONTINUED, result: recorded({}) },
  { level: 'warn', ones: STORE_FAILED, result: recorded({ error }) },
  { level: 'error', ones: STORE_FAILED, result: recorded({ error, misconfigured: new Error() }) },
])('a chat is counted in $ones and logged as $level ($#)', ({ level, ones, result }) => {
  const line = logged(result, calls(1, 'CreatePersistentContactAssociation'));
  const storeError = result.sessionRecord?.error;
  expect(line).toMatchObject({ level, ...(storeError && { storeError }) });
  expect('serviceError' in line).toBe(level !== 'info');

  const some: Metric[] = ['AssociationAttempts', ...(result.sessionRecord ? [] : ['SessionStoreFailed' as const])];
  const always = (Object.keys(METRICS) as Metric[]).filter(name => !some.includes(name));
  const values = Object.fromEntries(always.map(name => [name, Number(ones.includes(name))]));
  expect(counted(result)).toEqual({ values, published: 1 });
  expect(counted(result, calls(3))).toEqual({ values: { ...values, AssociationAttempts: 3 }, published: 1 });
});

test('there are no metrics of a contact that is not applicable', () => {
  const guide: Result = { outcome: GUIDE };
  expect(counted(guide)).toEqual({ values: {}, published: 0 });
  expect(logged(guide)).toMatchObject({ level: 'info', reason: 'GUIDE' });
});

test('a chat that was found has a log line, and its metrics with the invocation that continues it', () => {
  const found = of({ status: 'FOUND' }, { mode: 'FIND', ownerVerified: false });
  expect(counted(found)).toEqual({ values: {}, published: 0 });
  expect(logged(found)).toMatchObject({
    level: 'info',
    associationStatus: 'FOUND',
    mode: 'FIND',
    ownerVerified: false,
  });
});

describe('the log line', () => {
  const LONG: Outcome = { status: 'ASSOCIATED', continuedFromContactId: 'x'.repeat(5_000) };
  const REMEMBERED = recorded({ attempts: 2, pastSessions: ['secret'] });
  const KNOWN = { customerKnown: true, storeAttempts: 2, ownerVerified: true, sourceContactIdFrom: 'none' };
  test.each<{ has: object; result: Result }>([
    { has: { sourceContactIdFrom: 'parameter', ownerVerified: true }, result: VERIFIED },
    { has: { rehydrationType: 'FROM_SEGMENT' }, result: { outcome: ASSOCIATED, rehydrationType: 'FROM_SEGMENT' } },
    { has: { continuedFromContactId: 'x'.repeat(256) }, result: { outcome: LONG } },
    { has: { ownerVerified: false }, result: { outcome: ASSOCIATED, ownerVerified: false } },
    { has: { reason: 'SESSION_NOT_LISTED' }, result: { outcome: { ...ASSOCIATED, reason: 'SESSION_NOT_LISTED' } } },
    { has: { sourceContactIdFrom: 'none' }, result: { ...NOTHING, ownerVerified: false } },
    { has: { level: 'warn' }, result: { outcome: JUST_ENDED } },
    { has: { level: 'warn', checkUnavailable: true }, result: { outcome: ASSOCIATED, checkUnavailable: true } },
    { has: KNOWN, result: { ...REMEMBERED, ...NOTHING } },
  ])('has what is known of the chat, and no number of what was not called ($#)', ({ has, result }) => {
    const { status: associationStatus, ...continued } = result.outcome;
    const message = expect.any(String);
    const line = { level: 'info', message, associationStatus, reason: '', durationMs: 13, ...continued, ...has };
    expect(logged(result)).toEqual(line);
    expect(logged(result, calls(2))).toEqual({ ...line, associationAttempts: 2 });
  });

  test.each<{ outcome: Outcome; message: string }>([
    { outcome: ASSOCIATED, message: 'The chat continues a past one' },
    { outcome: PERSISTENT, message: 'The chat continued a past one already' },
    { outcome: { status: 'FOUND' }, message: 'There is a past chat to continue' },
    { outcome: NOTHING.outcome, message: 'There is no past chat to continue' },
    { outcome: JUST_ENDED, message: 'This past chat cannot be continued' },
    { outcome: GUIDE, message: 'There is nothing to continue for this contact' },
    { outcome: FAILED, message: expect.stringContaining('could not be continued in time') as never },
  ])('says in words what $outcome.status means', ({ outcome, message }) => {
    expect(logged({ outcome })).toMatchObject({ message });
  });

  test.each<{ reason: Reason<'FAILED'>; operation: Operation }>([
    { reason: 'TIMED_OUT', operation: 'CreatePersistentContactAssociation' },
    // An earlier candidate may have been refused.
    { reason: 'CHECK_UNAVAILABLE', operation: 'DescribeContact' },
  ])('says of $reason that $operation failed, whatever the others met', ({ reason, operation }) => {
    const made = calls(1, 'ListAssociatedContacts', 'DescribeContact', 'CreatePersistentContactAssociation');
    expect(logged(of({ status: 'FAILED', reason }), made)['serviceError']).toMatchObject({ operation });
  });

  test('has the length of an invalid id, and not the id', () => {
    const line = logged(rejected('SOURCE_CONTACT_ID_INVALID', { sourceContactId: '$.Attributes.secret' }));
    expect(line['sourceContactIdLength']).toBe(19);
    expect(JSON.stringify(line)).not.toContain('secret');
  });

  const REFUSED = REASONS.REJECTED.filter(reason => reason !== 'SOURCE_CONTACT_ID_INVALID');
  test.each(REFUSED)('has the id that was refused, if it is a UUID: %s', reason => {
    const retryAfterSeconds = 42;
    const loggedOf = (sourceContactId: string) =>
      logged(of({ status: 'REJECTED', reason, retryAfterSeconds } as Outcome, { sourceContactId }))['sourceContactId'];
    expect(loggedOf(C1.toUpperCase())).toBe(C1);
    // A customer may be named by mistake.
    for (const id of ['customer-42', 'secret', `${C1}-1`, `x${C1}`]) expect(loggedOf(id)).toBeUndefined();
  });

  test.each<Outcome>([ASSOCIATED, PERSISTENT, FAILED, { status: 'FOUND' }, NOTHING.outcome])(
    'has no id that was not refused: $status',
    outcome => expect(logged(of(outcome, { sourceContactId: C1 }))).not.toHaveProperty('sourceContactId'),
  );
});
