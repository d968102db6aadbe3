import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { expect, test } from '@jest/globals';
import { C1 } from '../../local/connect/index.ts';
import type { Operation } from '../../src/aws/connect.ts';
import type { Outcome, PlainReason, Reason } from '../../src/outcome.ts';
import { type Calls, logResult, METRICS, publishMetrics } from '../../src/report.ts';
import type { Result } from '../../src/result.ts';
import type { SessionRecord } from '../../src/session-store/table.ts';

type Metric = keyof typeof METRICS;

const ASSOCIATED: Outcome = { status: 'ASSOCIATED', continuedFromContactId: 'past' };
const PERSISTENT: Outcome = { status: 'ALREADY_PERSISTENT', continuedFromContactId: 'past' };
const LONG: Outcome = { ...ASSOCIATED, continuedFromContactId: 'x'.repeat(5_000) };
const NOT_LISTED: Outcome = { ...ASSOCIATED, reason: 'SESSION_NOT_LISTED' };
const FOUND: Outcome = { status: 'FOUND' };
const NOTHING: Outcome = { status: 'NO_SOURCE_CONTACT' };
const JUST_ENDED: Outcome = { status: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds: 42 };
const GUIDE: Outcome = { status: 'NOT_APPLICABLE', reason: 'GUIDE' };
const FAILED: Outcome = { status: 'FAILED', reason: 'TIMED_OUT' };

/** The result of a chat whose past one was named. */
function of(outcome: Outcome, found: Partial<Result> = {}): Result {
  return { outcome, sourceContactId: 'past', sourceContactIdFrom: 'parameter', ...found };
}
const rejected = (reason: PlainReason, found?: Partial<Result>) => of({ status: 'REJECTED', reason }, found);
const recorded = (record: Partial<SessionRecord>): Result => {
  return of(ASSOCIATED, { ownerVerified: true, sessionRecord: { customerKnown: true, ...record } });
};
const storeError = { operation: 'UpdateItem', name: 'TimeoutError', message: 'words' };
const MISCONFIGURED = recorded({ error: storeError, misconfigured: new Error() });

/** What was called: so many associations, and the operations that failed. */
function calls(CreatePersistentContactAssociation = 0, ...failed: Operation[]): Calls {
  const met = { name: 'InvalidRequestException', message: 'words', httpStatusCode: 400, requestId: 'r' };
  return {
    attempts: { CreatePersistentContactAssociation, DescribeContact: 0, ListAssociatedContacts: 0 },
    errors: Object.fromEntries(failed.map(operation => [operation, { operation, ...met }])),
  };
}

/** The metrics of a result, and when they are published. */
function published(result: Result, made = calls()): unknown[] {
  const done: unknown[] = [];
  const addMetric = (...metric: unknown[]) => done.push(metric);
  publishMetrics({ addMetric, publishStoredMetrics: () => done.push('published') } as unknown as Metrics, result, made);
  return done;
}

/** The log lines of a result: their level, their message and their fields. */
function logged(result: Result, made = calls()): Record<string, unknown>[] {
  const lines: object[] = [];
  const log = (level: string) => (message: string, fields: object) => lines.push({ level, message, ...fields });
  logResult({ info: log('info'), warn: log('warn'), error: log('error') } as unknown as Logger, result, made, 12.6);
  return JSON.parse(JSON.stringify(lines));
}

const CONTINUED: Metric[] = ['Returning', 'Continued'];
const UNVERIFIED: Metric[] = [...CONTINUED, 'Unverified'];
const STORE_FAILED: Metric[] = [...CONTINUED, 'SessionStoreFailed'];
const REFUSED: Metric[] = ['Returning', 'RejectedByConnect'];
const BY_CONNECT = 'REJECTED_BY_CONNECT';
const NOT_OWNED = 'SOURCE_CONTACT_NOT_OWNED';
const [VERIFIED, UNKNOWN] = [{ ownerVerified: true }, { ownerVerified: false }];
const UNCHECKED = { checkUnavailable: true };
const SEGMENT = { rehydrationType: 'FROM_SEGMENT' } as const;
const FROM_STORE = { sourceContactIdFrom: 'store' } as const;
const RECORDED = { customerKnown: true, storeAttempts: 2, ...VERIFIED };
const STORE_ERROR = { customerKnown: true, storeError, ...VERIFIED };
const FOR_FIND = { mode: 'FIND', ...UNKNOWN } as const;
const MESSAGES = {
  ASSOCIATED: 'The chat continues a past one',
  ALREADY_PERSISTENT: 'The chat continued a past one already',
  FOUND: 'There is a past chat to continue',
  NO_SOURCE_CONTACT: 'There is no past chat to continue',
  REJECTED: 'This past chat cannot be continued',
  NOT_APPLICABLE: 'There is nothing to continue for this contact',
  FAILED: 'The past chat could not be continued in time; the chat goes on without its history',
};
const NOT_WORKING = 'The session store does not work, and only an operator can correct it';
// The metrics that are 1, all others being 0, if there are metrics; the level, `info` unless given; and what only some log lines have.
test.each<{ result: Result; ones?: Metric[]; level?: string; has?: object }>([
  { result: of(GUIDE), has: { reason: 'GUIDE' } },
  { result: of(FOUND, FOR_FIND), has: FOR_FIND },
  { result: of(ASSOCIATED, VERIFIED), ones: CONTINUED, has: VERIFIED },
  { result: of(ASSOCIATED, UNKNOWN), ones: UNVERIFIED, has: UNKNOWN },
  { result: of(NOT_LISTED, SEGMENT), ones: UNVERIFIED, has: SEGMENT },
  { result: of(LONG), ones: UNVERIFIED, has: { continuedFromContactId: 'x'.repeat(256) } },
  { result: of(ASSOCIATED, UNCHECKED), ones: UNVERIFIED, level: 'warn', has: UNCHECKED },
  { result: { outcome: PERSISTENT }, ones: CONTINUED, has: { reason: 'ALREADY_PERSISTENT' } },
  { result: { outcome: NOTHING, ...UNKNOWN }, ones: [] },
  { result: of(JUST_ENDED, UNKNOWN), ones: ['Returning'], level: 'warn' },
  { result: rejected(NOT_OWNED), ones: ['Returning', 'NotOwned'], level: 'warn' },
  { result: rejected(NOT_OWNED, FROM_STORE), ones: ['Returning'], level: 'warn', has: FROM_STORE },
  { result: of(FAILED), ones: ['Returning', 'Failed'], level: 'warn' },
  { result: { outcome: FAILED }, ones: ['Failed'], level: 'warn' },
  { result: rejected(BY_CONNECT), ones: REFUSED, level: 'warn' },
  { result: rejected(BY_CONNECT, { refusalExplained: true }), ones: REFUSED, level: 'warn' },
  { result: rejected(BY_CONNECT, { refusalExplained: false }), ones: ['Returning'], level: 'warn' },
  // Only where there is a session store is its metric there.
  { result: recorded({ attempts: 2, pastSessions: ['secret'] }), ones: CONTINUED, has: RECORDED },
  { result: recorded({ error: storeError }), ones: STORE_FAILED, level: 'warn', has: STORE_ERROR },
  { result: MISCONFIGURED, ones: STORE_FAILED, level: 'error', has: { ...STORE_ERROR, message: NOT_WORKING } },
])('a chat is counted in $ones, and logged as $level with $has ($#)', ({ result, ones, level = 'info', has }) => {
  const { status: associationStatus, ...details } = result.outcome;
  const asked = result.sourceContactIdFrom && { sourceContactIdFrom: result.sourceContactIdFrom };
  const message = MESSAGES[associationStatus];
  const line = { level, message, associationStatus, reason: '', durationMs: 13, ...details, ...asked, ...has };
  expect(logged(result)).toEqual([line]);
  const serviceError = level !== 'info' && { serviceError: expect.anything() };
  const made = calls(3, 'CreatePersistentContactAssociation');
  expect(logged(result, made)).toEqual([{ ...line, associationAttempts: 3, ...serviceError }]);

  const some: Metric[] = ['AssociationAttempts', ...(result.sessionRecord ? [] : ['SessionStoreFailed' as const])];
  const always = (Object.keys(METRICS) as Metric[]).filter(name => !some.includes(name));
  const values = always.map(name => [name, 'Count', Number(ones?.includes(name))]);
  expect(published(result)).toEqual(ones ? [...values, 'published'] : []);
  expect(published(result, made)).toEqual(ones ? [...values, ['AssociationAttempts', 'Count', 3], 'published'] : []);
});

test.each<{ reason: Reason<'FAILED'>; operation: Operation }>([
  { reason: 'TIMED_OUT', operation: 'CreatePersistentContactAssociation' },
  // An earlier candidate may have been refused.
  { reason: 'CHECK_UNAVAILABLE', operation: 'DescribeContact' },
])('the log line says of $reason that $operation failed, whatever the others met', ({ reason, operation }) => {
  const made = calls(1, 'ListAssociatedContacts', 'DescribeContact', 'CreatePersistentContactAssociation');
  expect(logged(of({ status: 'FAILED', reason }), made)).toMatchObject([{ serviceError: { operation } }]);
  const listing = { serviceError: { operation: 'ListAssociatedContacts' } };
  expect(logged(of({ status: 'FAILED', reason }), calls(1, 'ListAssociatedContacts'))).toMatchObject([listing]);
});

test('the log line has an id that was refused, if it is a UUID: a customer may be named by mistake', () => {
  const idOf = (outcome: Outcome, sourceContactId: string) =>
    logged(of(outcome, { sourceContactId }))[0]?.['sourceContactId'];
  expect(idOf(JUST_ENDED, C1.toUpperCase())).toBe(C1);
  expect(['customer-42', 'secret', `${C1}-1`, `x${C1}`].filter(id => idOf(JUST_ENDED, id))).toEqual([]);
  expect([ASSOCIATED, PERSISTENT, FAILED, FOUND, NOTHING].filter(outcome => idOf(outcome, C1))).toEqual([]);
  const [line] = logged(rejected('SOURCE_CONTACT_ID_INVALID', { sourceContactId: '$.Attributes.secret' }));
  expect(line?.['sourceContactIdLength']).toBe(19);
  expect(JSON.stringify(line)).not.toContain('secret');
});
