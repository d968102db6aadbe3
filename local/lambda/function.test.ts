import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, jest, test } from '@jest/globals';
import { startFunction } from './function.ts';

// Processes on a busy machine.
jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'function-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'handler.mjs');
writeFileSync(
  file,
  `let invocations = 0;
export async function handler({ sleep = 0, fail, exit }, context) {
  invocations += 1;
  await new Promise(resolve => setTimeout(resolve, sleep));
  if (exit) process.exit(exit);
  if (fail) throw Object.assign(new Error('because'), { name: fail });
  return { pid: process.pid, invocations, remaining: context.getRemainingTimeInMillis(), env: { ...process.env } };
}`,
);

let lambda: ReturnType<typeof startFunction>;
afterEach(() => lambda.close());
const invoke = (event: object = {}, limit = 8_000) => lambda.invoke(event, limit) as Promise<Record<string, unknown>>;

test('a function fails with the name of its error, when its process ends or the time limit is over, and answers again', async () => {
  lambda = startFunction(file, {});
  await expect(invoke({ fail: 'SomeError' })).rejects.toThrow('SomeError: because');
  await expect(invoke({ exit: 3 })).rejects.toThrow(
    'Runtime.ExitError: The process of the function ended with exit code 3.',
  );
  await expect(invoke({ sleep: 60_000 }, 300)).rejects.toThrow('No answer within 300 ms.');
  expect((await invoke())['remaining']).toBeGreaterThan(6_000);
});

test('a function has a process for each invocation under way, which stays warm, and none once it was stopped', async () => {
  lambda = startFunction(file, {});
  const first = await invoke();
  const [second, third] = await Promise.all([invoke({ sleep: 50 }), invoke({ sleep: 50 })]);
  expect(second).toMatchObject({ pid: first['pid'], invocations: 2 });
  expect(third).toMatchObject({ invocations: 1 });
  const underWay = expect(invoke({ sleep: 60_000 })).rejects.toThrow('Runtime.ExitError');
  lambda.close();
  await underWay;
  await expect(invoke()).rejects.toThrow('The function was stopped.');
});

const SHELL = { AWS_SESSION_TOKEN: 'real', AWS_ACCESS_KEY_ID: 'real', SESSION_STORE_TABLE: 'real', SETTING: 'x' };
const NONE = { AWS_ACCESS_KEY_ID: 'local' };
test.each([
  { fromShell: 'nothing', expected: NONE },
  { fromShell: 'settings', expected: { ...NONE, SETTING: 'x' } },
  { fromShell: undefined, expected: { ...NONE, SETTING: 'x' } },
  { fromShell: 'everything', expected: SHELL },
] as const)("a function gets of the shell's variables: $fromShell", async ({ fromShell, expected }) => {
  const before = { ...process.env };
  Object.assign(process.env, SHELL, { OWN: 'of the shell' });
  lambda = startFunction(file, { ...(fromShell && { fromShell }), environment: { OWN: 'own' } });
  const env = (await invoke())['env'] as NodeJS.ProcessEnv;
  process.env = before;
  expect(Object.fromEntries(Object.entries(env).filter(([name]) => name in SHELL))).toEqual(expected);
  expect(env).toMatchObject({ AWS_REGION: 'us-east-1', OWN: 'own' });
});
