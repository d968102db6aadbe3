import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { AmazonConnect } from './amazon-connect/operations.ts';
import type { Continuation } from './continue-past-chat.ts';
import { reasonOf } from './flow-attributes.ts';
import {
  ASSOCIATION_STATUSES,
  FAILED_REASONS,
  NOT_APPLICABLE_REASONS,
  type Outcome,
  REJECTED_REASONS,
} from './outcome.ts';
import type { Asked } from './request.ts';

/** The CloudWatch namespace of the block's metrics; template.yaml's alarms and dashboard name it too. */
export const METRICS_NAMESPACE = 'PersistentChatBlock';

/** Every metric that {@link countOutcome} emits. */
export const METRIC_NAMES: readonly string[] = [
  ...ASSOCIATION_STATUSES,
  ...NOT_APPLICABLE_REASONS,
  ...REJECTED_REASONS,
  ...FAILED_REASONS,
  'ATTEMPTS',
  'UNVERIFIED',
];

/** What is told of one invocation. Of `asked`, the source contact's id is not: it may be any text. */
export interface Told {
  outcome: Outcome;
  asked: Asked;
  /** Absent where nothing was called. */
  calls?: Omit<Continuation, 'outcome'> & Pick<AmazonConnect, 'attempts' | 'errors'>;
}

/**
 * One structured line for each outcome; anything but success says why.
 *
 * @param elapsed milliseconds that the invocation took
 */
export function logOutcome(logger: Logger, { outcome, asked, calls }: Told, elapsed: number): void {
  const allWell = outcome.status !== 'REJECTED' && outcome.status !== 'FAILED' && !calls?.lookedInVain;
  logger[allWell ? 'info' : 'warn'](MESSAGES[outcome.status], {
    associationStatus: outcome.status,
    reason: reasonOf(outcome),
    sourceFrom: asked.sourceFrom,
    rehydrationType: asked.rehydrationType,
    continuedFromContactId: 'continuedFromContactId' in outcome ? outcome.continuedFromContactId : undefined,
    retryAfterSeconds: 'retryAfterSeconds' in outcome ? outcome.retryAfterSeconds : undefined,
    unverified: calls?.unverified,
    lookedInVain: calls?.lookedInVain,
    attempts: calls?.attempts.CreatePersistentContactAssociation,
    describeAttempts: calls?.attempts.DescribeContact,
    milliseconds: Math.round(elapsed),
    // Connect's answer to the association matters most, whatever a look met besides.
    serviceError: allWell
      ? undefined
      : (calls?.errors.CreatePersistentContactAssociation ?? calls?.errors.DescribeContact),
  });
}

/** Counts an outcome: a metric for its status and one for its reason, by the names that the flow reads. */
export function countOutcome(metrics: Metrics, instanceId: string, { outcome, calls }: Told): void {
  metrics.addDimension('InstanceId', instanceId);
  for (const name of new Set([outcome.status, reasonOf(outcome)])) {
    if (name) metrics.addMetric(name, MetricUnit.Count, 1);
  }
  const attempts = calls?.attempts.CreatePersistentContactAssociation;
  if (attempts) metrics.addMetric('ATTEMPTS', MetricUnit.Count, attempts);
  if (calls?.unverified && outcome.status === 'ASSOCIATED') metrics.addMetric('UNVERIFIED', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}

const MESSAGES: Record<Outcome['status'], string> = {
  ASSOCIATED: 'The chat continues a past one',
  ALREADY_PERSISTENT: 'The chat continued a past one already',
  NO_SOURCE_CONTACT: 'There is no past chat to continue',
  NOT_APPLICABLE: 'There is nothing to continue for this contact',
  REJECTED: 'This past chat cannot be continued',
  FAILED: 'Amazon Connect could not be used in time; the chat goes on without its history',
};
