import { isObject } from '../connect/request.ts';

/** Invokes the function once; rejects where it fails, or has not answered within `timeLimitMs`. */
export type InvokeFunction = (event: unknown, timeLimitMs: number) => Promise<unknown>;

/** Time, so that tests need not wait: `sleep` resolves after so many milliseconds of `now`. */
export interface Clock {
  now(): number;
  sleep(ms: number): Promise<unknown>;
}

/** Connect invokes a function that failed again, up to three times in all, within the block's time limit. */
const MAX_INVOCATIONS = 3;
/** Of an answer, under 32 KB (admin guide, "Invoke AWS Lambda functions"). */
const MAX_ANSWER_BYTES = 32 * 1024;

/**
 * Invokes a function as Amazon Connect does.
 *
 * @returns what the flow can read of it, if anything, and how the failed invocations failed
 */
export async function invokeAsConnect(
  invoke: InvokeFunction,
  event: unknown,
  timeLimitSeconds: number,
  clock: Clock,
): Promise<{ returned: Record<string, string> | undefined; failures: string[] }> {
  const failures: string[] = [];
  const end = clock.now() + timeLimitSeconds * 1_000;
  while (failures.length < MAX_INVOCATIONS && clock.now() < end) {
    let answer: unknown;
    try {
      answer = await invoke(event, end - clock.now());
    } catch (error) {
      failures.push(String(error));
      continue;
    }
    if (isStringMap(answer)) return { returned: answer, failures };
    // Assumed: the function did not fail, so it is not invoked again.
    return { returned: undefined, failures: [...failures, 'The answer is no flat object of strings (STRING_MAP).'] };
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
