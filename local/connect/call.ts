import type { FaultName } from './fault.ts';
import type { Operation } from './operations.ts';
import type { RequestBody } from './request.ts';

/** A request that was received. */
export interface Call {
  operation: Operation | 'UnknownOperation';
  /** Empty where the request named none. */
  instanceId: string;
  /** The contact that the request names, in its path, query or body; empty where none, as for `StartChatContact`. */
  contactId: string;
  /** The body's members as they came; without any for an unreadable body. */
  body: RequestBody;
  /** When the request arrived: milliseconds of `performance.now()`. */
  at: number;
  /** The HTTP status of the answer, or the name of the fault that was injected. */
  outcome: number | FaultName;
  /** The error's type, where the answer was an error; an injected one included. */
  errorType?: string;
  /** The error's message, where the answer was an error. */
  message?: string;
  /** Milliseconds until the answer was written; absent before that, and for an answer that was never completed. */
  durationMs?: number;
}
