import { setTimeout as sleep } from 'node:timers/promises';
import type * as smithy from '@smithy/types';
import { problemOf, type Thrown } from './problems.ts';

/** Requests per second: the default quotas (admin guide, "Amazon Connect service quotas"). */
const PER_SECOND: Readonly<Record<string, number>> = {
  StartChatContact: 5,
  CreatePersistentContactAssociation: 5,
  DescribeContact: 10,
  GetContactAttributes: 10,
  CreateParticipantConnection: 6,
  SendMessage: 10,
  GetTranscript: 8,
};
/** For operations without a quota of their own. */
const OTHERS = 2;

/** Milliseconds for all attempts at a request, credentials included; and for those of the clean-up. */
const REQUEST_MS = 60_000;
const CLEAN_UP_MS = 5_000;
/** Milliseconds after Ctrl+C for an answer that is under way: it may have the id of something to remove. */
const LAST_WORD_MS = 2_000;

/** Time, so that tests need not wait. */
export interface Timing {
  /** Resolves after this many milliseconds; rejects when the signal is aborted. */
  sleep: (ms: number, value: undefined, options: { signal?: AbortSignal }) => Promise<unknown>;
  /** For one attempt at a request, milliseconds. */
  attemptMs: number;
}

/**
 * Sends requests: no operation more often than its default quota allows, each attempt with a time limit, and none after
 * an abort, except to clean up. Failures throw a Problem.
 */
export class Requests {
  readonly #nextAt = new Map<string, number>();
  readonly #timing: Timing;
  #signal: AbortSignal | undefined;

  constructor(signal: AbortSignal, timing: Partial<Timing> = {}) {
    this.#signal = signal;
    this.#timing = { sleep, attemptMs: 10_000, ...timing };
  }

  /** Makes an SDK client send its requests this way. */
  govern({ middlewareStack }: { middlewareStack: unknown }): void {
    const stack = middlewareStack as smithy.MiddlewareStack<object, object>;
    stack.add(this.#request);
    // Inside the SDK's retries.
    stack.addRelativeTo(this.#attempt, { relation: 'after', toMiddleware: 'retryMiddleware' });
  }

  /** From now on, requests are sent also after an abort, and an attempt without an answer is not repeated. */
  cleanUp(): void {
    this.#signal = undefined;
  }

  /** Waits, unless the signal is aborted. */
  async pause(ms: number): Promise<void> {
    const signal = this.#signal;
    await this.#timing.sleep(Math.max(0, ms), undefined, signal ? { signal } : {}).catch(() => undefined);
    signal?.throwIfAborted();
  }

  readonly #request: smithy.InitializeMiddleware<object, object> = (next, context) => async request => {
    try {
      return await within(next(request), REQUEST_MS, this.#signal);
    } catch (error) {
      throw problemOf(operationOf(context), error as Error, Boolean(context['mayBeDone']));
    }
  };

  readonly #attempt: smithy.FinalizeRequestMiddleware<object, object> = (next, context) => async request => {
    await this.#place(operationOf(context));
    const earlier = context['mayBeDone'];
    // Until an answer says otherwise.
    context['mayBeDone'] = true;
    const { attemptMs } = this.#timing;
    try {
      const ms = this.#signal ? attemptMs : Math.min(attemptMs, CLEAN_UP_MS);
      return await within(next(request), ms, this.#signal);
    } catch (error) {
      context['mayBeDone'] = earlier || !isRefused(error as Thrown);
      throw error;
    }
  };

  async #place(operation: string): Promise<void> {
    const at = Math.max(Date.now(), this.#nextAt.get(operation) ?? 0);
    this.#nextAt.set(operation, at + 1_000 / (PER_SECOND[operation] ?? OTHERS));
    await this.pause(at - Date.now());
  }
}

/** The value of a promise, unless the time ends first, or an abort did {@link LAST_WORD_MS} before. */
async function within<T>(promise: Promise<T>, ms: number, signal: AbortSignal | undefined): Promise<T> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  // By the first name, the SDK tries once more; but a clean-up must not take long.
  const name = signal ? 'TimeoutError' : 'NoAnswer';
  const late = Object.assign(new Error(`no answer within ${ms / 1_000} seconds.`), { name });
  const timer = setTimeout(reject, ms, late);
  const stop = () => setTimeout(reject, LAST_WORD_MS, signal?.reason);
  signal?.addEventListener('abort', stop);
  try {
    return await Promise.race([promise, over]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/** Node's codes for a connection that could not be made. */
const NOT_CONNECTED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$|CERT|SELF_SIGNED|^ERR_TLS/;

/** Whether a request was certainly not carried out: it was refused or not even sent. */
function isRefused({ code = '', $metadata }: Thrown): boolean {
  const status = $metadata?.httpStatusCode ?? 0;
  return (status >= 400 && status < 500) || NOT_CONNECTED.test(code);
}

function operationOf({ commandName = '' }: smithy.HandlerExecutionContext): string {
  return commandName.replace(/Command$/, '');
}
