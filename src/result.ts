import type { Outcome } from './outcome.ts';
import type { Asked } from './request.ts';
import type { Findings } from './select-source-contact.ts';
import type { Memory } from './session-memory.ts';

/** The final result of one invocation: what the flow attributes, the log line and the metrics are made from. */
export interface Result extends Findings {
  outcome: Outcome;
  asked: Asked;
  /** What the session store did; absent where it is off, and for contacts that are not applicable. */
  memory?: Memory | undefined;
}
