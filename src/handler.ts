import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { ConnectClient, CreatePersistentContactAssociationCommand } from '@aws-sdk/client-connect';
import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { type AmazonConnect, amazonConnect } from './amazon-connect/operations.ts';
import { clientConfig } from './aws/client-config.ts';
import { warmUp } from './aws/warm-up.ts';
import { parseContactFlowEvent } from './contact-flow-event.ts';
import { continueFirst } from './continue-first.ts';
import { Deadline, GRACE_MS, inTime, SETTLE_MS } from './deadline.ts';
import { findSources } from './find-sources.ts';
import { type FlowAttributes, toFlowAttributes } from './flow-attributes.ts';
import { logResult, METRICS_NAMESPACE, publishMetrics } from './report.ts';
import { type Applicable, resolveRequest } from './request.ts';
import type { Result } from './result.ts';
import { rememberSession } from './session-memory.ts';
import { sessionStore } from './session-store/index.ts';
import { readSettings } from './settings.ts';

const settings = readSettings(process.env);
const logger = new Logger();
const metrics = new Metrics({ namespace: METRICS_NAMESPACE });
const client = new ConnectClient(clientConfig());
const store = await sessionStore(settings.sessionStore);
await warmUp(
  new CreatePersistentContactAssociationCommand({
    InstanceId: '-',
    InitialContactId: '-',
    SourceContactId: '-',
    RehydrationType: 'FROM_SEGMENT',
  }),
  command => client.send(command),
);

/**
 * The block: parse, resolve, continue, report, attributes. Whatever happens to one chat is returned; what only an operator
 * or the flow author can fix is thrown (errors.ts).
 */
async function handleEvent(event: unknown, context: Context): Promise<FlowAttributes> {
  const startedAt = performance.now();
  const remaining = context.getRemainingTimeInMillis();
  const flow = parseContactFlowEvent(event);
  logger.appendKeys({ contactId: flow.contactId, instanceId: flow.instanceId });

  const connect = amazonConnect(client, { id: flow.instanceId, arn: flow.instanceArn });
  const resolved = resolveRequest(flow, settings);
  let result: Result;
  if ('outcome' in resolved) {
    result = resolved;
  } else {
    const deadline = new Deadline(Math.min(remaining, resolved.timeLimitSeconds * 1_000) - SETTLE_MS, startedAt);
    const { rehydrationType } = resolved.chat;
    // Only a work that says nothing at all, against every time limit of its own, is timed out here.
    result = await inTime(continueChat(resolved, connect, deadline), deadline.remaining() + GRACE_MS, () => ({
      outcome: { status: 'FAILED', reason: 'TIMED_OUT' },
      asked: { rehydrationType, ...resolved.named },
    }));
  }

  logResult(logger, result, connect, performance.now() - startedAt);
  publishMetrics(metrics, result, connect);
  return toFlowAttributes(result);
}

/** Records the session where there is a store, finds the past contact, and continues it. */
async function continueChat({ chat, named }: Applicable, connect: AmazonConnect, deadline: Deadline): Promise<Result> {
  const remembering = store && rememberSession(store, chat, deadline);
  try {
    const found = await findSources(named, remembering?.memory);
    const { source, ...continuation } =
      'outcome' in found ? found : await continueFirst(chat, found.sources, settings, connect, deadline);
    const asked = { rehydrationType: chat.rehydrationType, ...source };
    return { ...continuation, asked, memory: await remembering?.memory };
  } finally {
    await remembering?.done;
  }
}

/** One line for what goes down the Error branch, while the contact's id is still among the logger's keys. */
const logThrown: MiddlewareObj = {
  onError: ({ error }) => logger.error('The flow takes its Error branch', error as Error),
};

// The race against the deadline is our own: middy's early timeout would lose what the handler has to report.
export const handler = middy(handleEvent, { timeoutEarlyInMillis: 0 })
  .use(injectLambdaContext(logger, { logEvent: false, resetKeys: true }))
  .use(logThrown);
