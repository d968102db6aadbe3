import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import middy, { type MiddlewareObj, type MiddyHandlerObject } from '@middy/core';
import type { Context } from 'aws-lambda';
import { connectClient } from './amazon-connect/client.ts';
import { amazonConnect } from './amazon-connect/operations.ts';
import { warmUp } from './amazon-connect/warm-up.ts';
import { parseContactFlowEvent } from './contact-flow-event.ts';
import { continuePastChat } from './continue-past-chat.ts';
import { Deadline } from './deadline.ts';
import { type FlowAttributes, toFlowAttributes } from './flow-attributes.ts';
import { countOutcome, logOutcome, METRICS_NAMESPACE, type Told } from './report.ts';
import { chooseRequest } from './request.ts';
import { readSettings } from './settings.ts';

/**
 * How long before the end of its time the function gives up waiting, milliseconds; the rest is for settling. With the
 * shortest attempt (retry-until-deadline.ts) it stays below the 250 that README promises.
 */
const SETTLE_MS = 140;

/** When middy answers instead of a handler that has not settled, milliseconds before Lambda's timeout. */
const BACKSTOP_MS = 50;

/** What the flow reads should the handler ever hang: without it, Lambda's timeout would take the Error branch. */
const HUNG: Told = { outcome: { status: 'FAILED', reason: 'TIMED_OUT' }, asked: {} };

const settings = readSettings(process.env);
const logger = new Logger();
const metrics = new Metrics({ namespace: METRICS_NAMESPACE });
const client = connectClient();
await warmUp(client);

/**
 * The block: event, request, outcome, flow attributes. Whatever happens to one chat is returned; what only an operator
 * or the flow author can mend is thrown (errors.ts).
 */
async function continueChat(event: unknown, context: Context, { signal }: MiddyHandlerObject): Promise<FlowAttributes> {
  const startedAt = performance.now();
  const remaining = context.getRemainingTimeInMillis();
  const flow = parseContactFlowEvent(event);
  logger.appendKeys({ contactId: flow.contactId, instanceId: flow.instanceId });

  const report = (told: Told) => {
    logOutcome(logger, told, performance.now() - startedAt);
    countOutcome(metrics, flow.instanceId, told);
  };
  // Middy aborts this signal when the backstop answers. From then on this invocation is silent: Lambda may thaw it in the
  // middle of another one.
  signal.addEventListener('abort', () => report(HUNG));
  const tell = (told: Told): FlowAttributes => {
    if (!signal.aborted) report(told);
    return toFlowAttributes(told.outcome, told.asked);
  };

  const choice = chooseRequest(flow, settings);
  if ('outcome' in choice) return tell(choice);

  const { request } = choice;
  const connect = amazonConnect(client, { id: request.instanceId, arn: request.instanceArn });
  const deadline = new Deadline(Math.min(remaining, request.timeLimitSeconds * 1_000) - SETTLE_MS, startedAt);
  const { outcome, ...look } = await continuePastChat(request, settings, connect, deadline).finally(() =>
    deadline.end(),
  );
  const { rehydrationType, sourceContactId, sourceFrom } = request;
  const asked = { rehydrationType, sourceContactId, sourceFrom };
  return tell({ outcome, asked, calls: { ...look, attempts: connect.attempts, errors: connect.errors } });
}

/** One line for what goes down the Error branch, while the contact's id is still among the logger's keys. */
const logThrown: MiddlewareObj = {
  onError: ({ error }) => logger.error('The flow takes its Error branch', error as Error),
};

export const handler = middy(continueChat, {
  timeoutEarlyInMillis: BACKSTOP_MS,
  timeoutEarlyResponse: () => toFlowAttributes(HUNG.outcome, HUNG.asked),
})
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .use(logThrown);
