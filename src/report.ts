import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { AmazonConnect } from './aws/connect.ts';
import type { ServiceError } from './aws/failure.ts';
import { type AssociationStatus, reasonOf } from './outcome.ts';
import type { Result } from './result.ts';
import { shownId } from './values.ts';

/** The CloudWatch namespace of the block's metrics; template.yaml's alarms and dashboard name it too. */
export const METRICS_NAMESPACE = 'PersistentChatBlock';

/** Every metric of an applicable chat; docs/operations.md says what each counts. */
export const METRICS = [
  'Returning',
  'Continued',
  'Failed',
  'RejectedByConnect',
  'NotOwned',
  'Unverified',
  'SessionStoreFailed',
  'AssociationAttempts',
] as const;
export type Metric = (typeof METRICS)[number];

export type Calls = Pick<AmazonConnect, 'attempts' | 'errors'>;

/**
 * One structured line for each outcome; anything but success says why.
 *
 * @param durationMs milliseconds that the invocation took
 */
export function logResult(logger: Logger, result: Result, calls: Calls, durationMs: number): void {
  const { outcome, ownerVerified, checkUnavailable, sessionRecord } = result;
  const storeError = sessionRecord?.error;
  const allWell = outcome.status !== 'REJECTED' && outcome.status !== 'FAILED' && !checkUnavailable && !storeError;
  const level = sessionRecord?.misconfigured ? 'error' : allWell ? 'info' : 'warn';
  const reason = reasonOf(outcome);
  logger[level](sessionRecord?.misconfigured ? STORE_MISCONFIGURED : MESSAGES[outcome.status], {
    associationStatus: outcome.status,
    reason,
    sourceContactIdFrom: result.sourceContactIdFrom,
    sourceContactId: outcome.status === 'REJECTED' ? loggedId(result.sourceContactId) : undefined,
    sourceContactIdLength: reason === 'SOURCE_CONTACT_ID_INVALID' ? result.sourceContactId?.length : undefined,
    rehydrationType: result.rehydrationType,
    mode: result.mode,
    continuedFromContactId: 'continuedFromContactId' in outcome ? shownId(outcome.continuedFromContactId) : undefined,
    retryAfterSeconds: 'retryAfterSeconds' in outcome ? outcome.retryAfterSeconds : undefined,
    // False says that a chat was associated without knowing; a rejected one has its reason.
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

/** A refused id, to tell one that is tried often from many: only a UUID, because another text may be anything. */
function loggedId(id = ''): string | undefined {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? id.toLowerCase() : undefined;
}

/** Connect's answer to the association matters most, unless the chat ended at a contact that could not be read. */
function causeOf(reason: string, { errors }: Calls): ServiceError | undefined {
  const { CreatePersistentContactAssociation: association, DescribeContact: description } = errors;
  const [first, second] = reason === 'CHECK_UNAVAILABLE' ? [description, association] : [association, description];
  return first ?? second ?? errors.ListAssociatedContacts;
}

/**
 * One EMF line for each applicable chat: each metric 0 or 1, so that an average is a rate and no alarm has gaps to fill.
 * `SessionStoreFailed` only where the session store is on.
 */
export function publishMetrics(metrics: Metrics, result: Result, calls: Calls): void {
  const { outcome, ownerVerified, sessionRecord } = result;
  // A chat that was found counts with the invocation that continues it.
  if (outcome.status === 'NOT_APPLICABLE' || outcome.status === 'FOUND') return;
  const reason = reasonOf(outcome);
  const isContinued = outcome.status === 'ASSOCIATED' || outcome.status === 'ALREADY_PERSISTENT';
  const values: Partial<Record<Metric, boolean>> = {
    // A chat that is persistent already continues a past one that was not looked up.
    Returning: result.sourceContactId !== undefined || isContinued,
    Continued: isContinued,
    Failed: outcome.status === 'FAILED',
    RejectedByConnect: reason === 'REJECTED_BY_CONNECT' && result.refusalExplained !== false,
    // A remembered chat's customer id may have changed during the chat; that is not somebody guessing ids.
    NotOwned: reason === 'SOURCE_CONTACT_NOT_OWNED' && result.sourceContactIdFrom !== 'store',
    Unverified: outcome.status === 'ASSOCIATED' && ownerVerified !== true,
    ...(sessionRecord && { SessionStoreFailed: sessionRecord.error !== undefined }),
  };
  for (const [name, value] of Object.entries(values)) metrics.addMetric(name, MetricUnit.Count, Number(value));
  const attempts = calls.attempts.CreatePersistentContactAssociation;
  if (attempts) metrics.addMetric('AssociationAttempts' satisfies Metric, MetricUnit.Count, attempts);
  metrics.publishStoredMetrics();
}

/** Whatever became of the chat, this is what somebody must correct. */
const STORE_MISCONFIGURED = 'The session store does not work, and only an operator can correct it';

const MESSAGES: Record<AssociationStatus, string> = {
  ASSOCIATED: 'The chat continues a past one',
  ALREADY_PERSISTENT: 'The chat continued a past one already',
  FOUND: 'There is a past chat to continue',
  NO_SOURCE_CONTACT: 'There is no past chat to continue',
  NOT_APPLICABLE: 'There is nothing to continue for this contact',
  REJECTED: 'This past chat cannot be continued',
  FAILED: 'The past chat could not be continued in time; the chat goes on without its history',
};
