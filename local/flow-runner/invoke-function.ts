import { isObject } from '../connect/request.ts';

/** Invokes the function once; rejects if it fails, or has not answered within `timeLimitMs`. */
export type InvokeFunction = (event: unknown, timeLimitMs: number) => Promise<unknown>;

/** Time, so that tests need not wait: `sleep` resolves after this many milliseconds of `now`. */
export interface Clock {
  now(): number;
  sleep(ms: number): Promise<unknown>;
}

/** Retries of an invocation that failed, within the block's time limit (admin guide, "Invoke AWS Lambda functions"). */
const MAX_RETRIES = 3;
/** An answer has to be smaller (the same page). */
const MAX_ANSWER_BYTES = 32 * 1024;

/** Invokes a function as Amazon Connect does: what a flow can read of the answer, and how failed invocations failed. */
export async function invokeAsConnect(invoke: InvokeFunction, event: unknown, timeLimitSeconds: number, clock: Clock) {
  const failures: string[] = [];
  const end = clock.now() + timeLimitSeconds * 1_000;
  while (failures.length <= MAX_RETRIES && clock.now() < end) {
    try {
      const answer = await invoke(event, end - clock.now());
      if (isStringMap(answer)) return { returned: answer, failures };
      // Assumed: the function did not fail, so it is not invoked again.
      failures.push('The answer is not a flat object of strings (STRING_MAP).');
      break;
    } catch (error) {
      failures.push(String(error));
    }
  }
  return { returned: undefined, failures };
}

function isStringMap(answer: unknown): answer is Record<string, string> {
  return (
    isObject(answer) &&
    Object.entries(answer).every(([key, value]) => /^[\w-]+$/.test(key) && typeof value === 'string') &&
    Buffer.byteLength(JSON.stringify(answer)) < MAX_ANSWER_BYTES
  );
}
