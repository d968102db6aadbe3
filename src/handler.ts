import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { ConnectClient, CreatePersistentContactAssociationCommand } from '@aws-sdk/client-connect';
import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { clientConfig, warmUp } from './aws/client.ts';
import { AmazonConnect } from './aws/connect.ts';
import { Deadline, inTime, TIMES } from './aws/deadline.ts';
import { parseContactFlowEvent } from './event.ts';
import { isFinished } from './outcome.ts';
import { findCandidates } from './past-contact/candidates.ts';
import type { Chat } from './past-contact/chat.ts';
import { continueFirst } from './past-contact/continue.ts';
import { logResult, METRICS_NAMESPACE, publishMetrics } from './report.ts';
import { readRequest } from './request.ts';
import { type FlowAttributes, type Result, toFlowAttributes } from './result.ts';
import { openSessionTable, type SessionRecord } from './session-store/table.ts';
import { readSettings } from './settings.ts';
import { BUILD, VERSION } from './version.ts';

const settings = readSettings(process.env);
const enabled = settings.enabled ? 'Yes' : 'No';
const logger = new Logger({ persistentKeys: { version: VERSION, build: BUILD, enabled } });
const metrics = new Metrics({ namespace: METRICS_NAMESPACE });
const client = new ConnectClient(clientConfig());
const sessionTable = await openSessionTable(settings.sessionStore);
const dummies = { InstanceId: '-', InitialContactId: '-', SourceContactId: '-' };
const firstCommand = new CreatePersistentContactAssociationCommand({ ...dummies, RehydrationType: 'FROM_SEGMENT' });
await warmUp(firstCommand, (...given) => client.send(...given));

/**
 * The block: parse the event, read the request, continue a past chat, report the result, return the flow attributes.
 * Each step returns the outcome if it has one, otherwise a value for the next step; errors.ts says what is thrown.
 */
async function handleEvent(event: unknown, context: Context): Promise<FlowAttributes> {
  const startedAt = performance.now();
  const remaining = context.getRemainingTimeInMillis();
  const flow = parseContactFlowEvent(event);
  logger.appendKeys({ contactId: flow.contactId, instanceId: flow.instanceId });

  const connect = new AmazonConnect(client, { id: flow.instanceId, arn: flow.instanceArn });
  const request = readRequest(flow, settings);
  let result: Result;
  if (isFinished(request)) {
    result = request;
  } else {
    const { rehydrationType, mode, named, timeLimitSeconds } = request;
    const deadline = new Deadline(Math.min(remaining, timeLimitSeconds * 1_000) - TIMES.report, startedAt);
    const timedOut = (): Result => ({ outcome: { status: 'FAILED', reason: 'TIMED_OUT' }, ...named });
    const work = continuePastChat({ request, connect, deadline });
    // Each request has its own time limit; this one guards against work that never settles.
    result = { rehydrationType, mode, ...(await inTime(work, deadline.remaining() + TIMES.grace, timedOut)) };
  }

  logResult(logger, result, connect, performance.now() - startedAt);
  publishMetrics(metrics, result, connect);
  return toFlowAttributes(result);
}

/** Finds the past contacts and continues the first that fits; with a session store, records the session meanwhile. */
async function continuePastChat(chat: Chat): Promise<Result> {
  const recording = sessionTable?.record(chat.request, chat.deadline);
  if (!recording) return findAndContinue(chat);
  let result: Result;
  try {
    result = await findAndContinue(chat, recording.record);
    const connectWasAsked = Object.values(chat.connect.attempts).some(attempts => attempts > 0);
    // A chat that names its past contact waits no longer for the table than for Amazon Connect, if it sent a request
    // there. One whose past chat was only found does wait, because its flow may never invoke the function again.
    if (!chat.request.named || !connectWasAsked || result.outcome.status === 'FOUND') {
      await inTime<unknown>(recording.done, Math.min(TIMES.request, chat.deadline.remaining()), () => undefined);
    }
  } finally {
    recording.stop();
  }
  return { ...result, sessionRecord: await recording.record };
}

async function findAndContinue(chat: Chat, sessionRecord?: Promise<SessionRecord>): Promise<Result> {
  const found = await findCandidates(chat, sessionRecord);
  if (!isFinished(found)) return continueFirst(found, chat);
  return { ...found, ...(chat.request.named ?? { sourceContactIdFrom: 'none' }) };
}

/** Added last, because middy runs `onError` from last to first: the logger still has the contact's id. */
const logThrown: MiddlewareObj = {
  onError: ({ error }) => logger.error('The flow takes its Error branch', error as Error),
};

// The race against the deadline is our own: middy's early timeout would lose what the handler has to report.
export const handler = middy(handleEvent, { timeoutEarlyInMillis: 0 })
  .use(injectLambdaContext(logger, { logEvent: false, resetKeys: true }))
  .use(logThrown);
