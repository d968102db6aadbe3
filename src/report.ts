import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { AmazonConnect } from './aws/connect.ts';
import type { ServiceError } from './aws/failure.ts';
import { type AssociationStatus, reasonOf } from './outcome.ts';
import type { Result } from './result.ts';
import { shownId } from './values.ts';

/** The CloudWatch namespace of the block's metrics; template.yaml's alarms and dashboard name it too. */
export const METRICS_NAMESPACE = 'PersistentChatBlock';

/** How many attempts each operation of Amazon Connect took, and its last error. */
export type Calls = Pick<AmazonConnect, 'attempts' | 'errors'>;

/** Logs one structured line for each invocation that has a result; anything but success says why. */
export function logResult(logger: Logger, result: Result, calls: Calls, durationMs: number): void {
  const { outcome, ownerVerified, checkUnavailable, sessionRecord } = result;
  const storeError = sessionRecord?.error;
  const allWell = outcome.status !== 'REJECTED' && outcome.status !== 'FAILED' && !checkUnavailable && !storeError;
  const level = sessionRecord?.misconfigured ? 'error' : allWell ? 'info' : 'warn';
  const reason = reasonOf(outcome);
  logger[level](MESSAGES[sessionRecord?.misconfigured ? 'STORE_MISCONFIGURED' : outcome.status], {
    associationStatus: outcome.status,
    reason,
    sourceContactIdFrom: result.sourceContactIdFrom,
    sourceContactId: outcome.status === 'REJECTED' ? loggedId(result.sourceContactId) : undefined,
    sourceContactIdLength: reason === 'SOURCE_CONTACT_ID_INVALID' ? result.sourceContactId?.length : undefined,
    rehydrationType: result.rehydrationType,
    mode: result.mode,
    continuedFromContactId: 'continuedFromContactId' in outcome ? shownId(outcome.continuedFromContactId) : undefined,
    retryAfterSeconds: 'retryAfterSeconds' in outcome ? outcome.retryAfterSeconds : undefined,
    // False: the past chat was associated or found although its owner is unknown. A rejected one has its reason.
    ownerVerified: ownerVerified || ['ASSOCIATED', 'FOUND'].includes(outcome.status) ? ownerVerified : undefined,
    checkUnavailable,
    customerKnown: sessionRecord?.customerKnown,
    associationAttempts: calls.attempts.CreatePersistentContactAssociation || undefined,
    describeAttempts: calls.attempts.DescribeContact || undefined,
    listAttempts: calls.attempts.ListAssociatedContacts || undefined,
    storeAttempts: sessionRecord?.attempts,
    durationMs: Math.round(durationMs),
    serviceError: allWell ? undefined : causeOf(reason, calls),
    storeError,
  });
}

/** A rejected contact's id, to tell one id tried often from many. Only a UUID is logged: other text may be anything. */
function loggedId(id = ''): string | undefined {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? id.toLowerCase() : undefined;
}

/** The error of the association counts first, unless the outcome is that a contact could not be described. */
function causeOf(reason: string, { errors }: Calls): ServiceError | undefined {
  const { CreatePersistentContactAssociation: association, DescribeContact: description } = errors;
  const [first, second] = reason === 'CHECK_UNAVAILABLE' ? [description, association] : [association, description];
  return first ?? second ?? errors.ListAssociatedContacts;
}

/** Every metric of an applicable chat, and its rule; docs/operations.md says what each counts. */
export const METRICS = {
  // A chat that is persistent already continues a past one that was not looked up.
  Returning: result => result.sourceContactId !== undefined || isContinued(result),
  Continued: isContinued,
  Failed: ({ outcome }) => outcome.status === 'FAILED',
  RejectedByConnect: result => reasonOf(result.outcome) === 'REJECTED_BY_CONNECT' && result.refusalExplained !== false,
  // The customer id of a remembered chat may have changed during the chat; that is not somebody guessing ids.
  NotOwned: result => reasonOf(result.outcome) === 'SOURCE_CONTACT_NOT_OWNED' && result.sourceContactIdFrom !== 'store',
  Unverified: ({ outcome, ownerVerified }) => outcome.status === 'ASSOCIATED' && ownerVerified !== true,
  SessionStoreFailed: ({ sessionRecord }) => sessionRecord && sessionRecord.error !== undefined,
  AssociationAttempts: (_, { attempts }) => attempts.CreatePersistentContactAssociation || undefined,
} satisfies Record<string, (result: Result, calls: Calls) => boolean | number | undefined>;

function isContinued({ outcome }: Result): boolean {
  return outcome.status === 'ASSOCIATED' || outcome.status === 'ALREADY_PERSISTENT';
}

/** Writes one EMF line for each applicable chat. All but the attempts are 0 or 1, so that averages are rates. */
export function publishMetrics(metrics: Metrics, result: Result, calls: Calls): void {
  const { status } = result.outcome;
  // A chat that was found counts with the invocation that continues it.
  if (status === 'NOT_APPLICABLE' || status === 'FOUND') return;
  for (const [name, rule] of Object.entries(METRICS)) {
    const value = rule(result, calls);
    if (value !== undefined) metrics.addMetric(name, MetricUnit.Count, Number(value));
  }
  metrics.publishStoredMetrics();
}

const MESSAGES: Record<AssociationStatus | 'STORE_MISCONFIGURED', string> = {
  STORE_MISCONFIGURED: 'The session store does not work, and only an operator can correct it',
  ASSOCIATED: 'The chat continues a past one',
  ALREADY_PERSISTENT: 'The chat continued a past one already',
  FOUND: 'There is a past chat to continue',
  NO_SOURCE_CONTACT: 'There is no past chat to continue',
  NOT_APPLICABLE: 'There is nothing to continue for this contact',
  REJECTED: 'This past chat cannot be continued',
  FAILED: 'The past chat could not be continued in time; the chat goes on without its history',
};
