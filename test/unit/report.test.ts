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
const VERIFIED = of(ASSOCIATED, { ownerVerified: true });
const recorded = (record: Partial<SessionRecord>): Result => {
  return { ...VERIFIED, sessionRecord: { customerKnown: true, ...record } };
};
const error = { operation: 'UpdateItem', name: 'TimeoutError', message: 'words' };
const MISCONFIGURED = recorded({ error, misconfigured: new Error() });

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
// The metrics that are 1; all the others are 0.
test.each<{ level: string; ones: Metric[]; result: Result }>([
  { level: 'info', ones: CONTINUED, result: VERIFIED },
  { level: 'info', ones: UNVERIFIED, result: of(ASSOCIATED, { ownerVerified: false }) },
  { level: 'warn', ones: UNVERIFIED, result: of(ASSOCIATED, { checkUnavailable: true }) },
  { level: 'info', ones: CONTINUED, result: { outcome: PERSISTENT } },
  { level: 'info', ones: [], result: { outcome: NOTHING } },
  { level: 'warn', ones: ['Returning', 'NotOwned'], result: rejected(NOT_OWNED) },
  { level: 'warn', ones: ['Returning'], result: rejected(NOT_OWNED, { sourceContactIdFrom: 'store' }) },
  { level: 'warn', ones: ['Returning', 'Failed'], result: of(FAILED) },
  { level: 'warn', ones: ['Failed'], result: { outcome: FAILED } },
  { level: 'warn', ones: REFUSED, result: rejected(BY_CONNECT) },
  { level: 'warn', ones: REFUSED, result: rejected(BY_CONNECT, { refusalExplained: true }) },
  { level: 'warn', ones: ['Returning'], result: rejected(BY_CONNECT, { refusalExplained: false }) },
  // Only where there is a session store is its metric there.
  { level: 'info', ones: CONTINUED, result: recorded({}) },
  { level: 'warn', ones: STORE_FAILED, result: recorded({ error }) },
  { level: 'error', ones: STORE_FAILED, result: MISCONFIGURED },
])('a chat is counted in $ones and logged as $level ($#)', ({ level, ones, result }) => {
  const [line, ...others] = logged(result, calls(1, 'CreatePersistentContactAssociation'));
  const storeError = result.sessionRecord?.error;
  expect(line).toMatchObject({ level, ...(storeError && { storeError }) });
  expect(['serviceError' in (line ?? {}), others]).toEqual([level !== 'info', []]);

  const some: Metric[] = ['AssociationAttempts', ...(result.sessionRecord ? [] : ['SessionStoreFailed' as const])];
  const always = (Object.keys(METRICS) as Metric[]).filter(name => !some.includes(name));
  const values = always.map(name => [name, 'Count', Number(ones.includes(name))]);
  expect(published(result)).toEqual([...values, 'published']);
  expect(published(result, calls(3))).toEqual([...values, ['AssociationAttempts', 'Count', 3], 'published']);
});

test('there are no metrics of a contact that is not applicable, nor of a chat before it is continued', () => {
  expect([GUIDE, FOUND].flatMap(outcome => published(of(outcome)))).toEqual([]);
});

const LONG: Outcome = { ...ASSOCIATED, continuedFromContactId: 'x'.repeat(5_000) };
const KNOWN = { customerKnown: true, storeAttempts: 2, ownerVerified: true, sourceContactIdFrom: 'parameter' };
test.each<{ has: object; result: Result }>([
  { has: { sourceContactIdFrom: 'parameter', ownerVerified: true }, result: VERIFIED },
  { has: { rehydrationType: 'FROM_SEGMENT' }, result: { outcome: ASSOCIATED, rehydrationType: 'FROM_SEGMENT' } },
  { has: { continuedFromContactId: 'x'.repeat(256) }, result: { outcome: LONG } },
  { has: { ownerVerified: false }, result: { outcome: ASSOCIATED, ownerVerified: false } },
  { has: { mode: 'FIND', ownerVerified: false }, result: { outcome: FOUND, mode: 'FIND', ownerVerified: false } },
  { has: { reason: 'SESSION_NOT_LISTED' }, result: { outcome: { ...ASSOCIATED, reason: 'SESSION_NOT_LISTED' } } },
  { has: {}, result: { outcome: NOTHING, ownerVerified: false } },
  { has: { level: 'warn' }, result: { outcome: JUST_ENDED } },
  { has: { level: 'warn', checkUnavailable: true }, result: { outcome: ASSOCIATED, checkUnavailable: true } },
  { has: KNOWN, result: recorded({ attempts: 2, pastSessions: ['secret'] }) },
])('the log line has what is known of the chat, and no number of what was not called ($#)', ({ has, result }) => {
  const { status: associationStatus, ...continued } = result.outcome;
  const message = expect.any(String);
  const line = { level: 'info', message, associationStatus, reason: '', durationMs: 13, ...continued, ...has };
  expect(logged(result)).toEqual([line]);
  expect(logged(result, calls(2))).toEqual([{ ...line, associationAttempts: 2 }]);
});

test.each<{ result: Result; message: RegExp }>([
  { result: of(ASSOCIATED), message: /^The chat continues a past one$/ },
  { result: of(PERSISTENT), message: /^The chat continued a past one already$/ },
  { result: of(FOUND), message: /^There is a past chat to continue$/ },
  { result: of(NOTHING), message: /^There is no past chat to continue$/ },
  { result: of(JUST_ENDED), message: /^This past chat cannot be continued$/ },
  { result: of(GUIDE), message: /^There is nothing to continue for this contact$/ },
  { result: of(FAILED), message: /could not be continued in time/ },
  { result: MISCONFIGURED, message: /^The session store does not work/ },
])('the log line says in words what $result.outcome.status means: $message', ({ result, message }) => {
  expect(logged(result)).toMatchObject([{ message: expect.stringMatching(message) }]);
});

test.each<{ reason: Reason<'FAILED'>; operation: Operation }>([
  { reason: 'TIMED_OUT', operation: 'CreatePersistentContactAssociation' },
  // An earlier candidate may have been refused.
  { reason: 'CHECK_UNAVAILABLE', operation: 'DescribeContact' },
])('the log line says of $reason that $operation failed, whatever the others met', ({ reason, operation }) => {
  const made = calls(1, 'ListAssociatedContacts', 'DescribeContact', 'CreatePersistentContactAssociation');
  expect(logged(of({ status: 'FAILED', reason }), made)).toMatchObject([{ serviceError: { operation } }]);
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
