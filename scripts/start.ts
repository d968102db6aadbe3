/**
 * Runs the block on a machine without AWS (`npm start [-- EVENT.json] [--fault FAULT]…`): starts a local Amazon Connect,
 * invokes the bundled handler as Lambda would, and prints the flow attributes on standard output. All else, logs and
 * metrics included, goes to standard error.
 *
 * Exit code 0: flow attributes; 1: the command was wrong; 2: the flow would take its Error branch.
 *
 * @module
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type LocalConnect, startLocalConnect } from '../local-connect/index.ts';
import type { Invocation } from './invoke.ts';

const USAGE = 'Usage: npm start -- [EVENT.json] [--fault FAULT]…   (default: events/entire-past-session.json)';

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { fault: { type: 'string', multiple: true, default: [] }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.error(USAGE);
    return 0;
  }
  if (positionals.length > 1) throw new Error(USAGE);
  const event = await readEvent(positionals[0] ?? 'events/entire-past-session.json');
  const connect = await startLocalConnect({ faults: values.fault });
  try {
    const invocation = await invokeBundle(event, connect);
    if ('attributes' in invocation) {
      console.log(JSON.stringify(invocation.attributes, null, 2));
      return 0;
    }
    console.error(`The flow would take its Error branch. ${invocation.error}`);
    return 2;
  } finally {
    await connect.close();
  }
}

async function readEvent(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const known: Record<string, string> = { ENOENT: 'there is no such file', EISDIR: 'it is a folder' };
    throw new Error(`Cannot read the event file ${path}: ${known[error.code ?? ''] ?? error.message}.`);
  });
  try {
    // Some editors begin a file with a byte order mark, which is not JSON.
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    // The message quotes the file, line breaks and all.
    throw new Error(`The event file ${path} is not JSON: ${(error as Error).message.replaceAll(/\s+/g, ' ')}`);
  }
}

/** In a process of its own, as in Lambda: its environment is complete before the bundle is imported. */
async function invokeBundle(event: unknown, connect: LocalConnect): Promise<Invocation> {
  const child = fork(new URL('./invoke.ts', import.meta.url), {
    env: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      POWERTOOLS_SERVICE_NAME: 'persistent-chat',
      NODE_OPTIONS: '--enable-source-maps',
      ...process.env,
      AWS_ENDPOINT_URL_CONNECT: connect.url,
    },
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  child.send({ event });
  const [answer] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => [{ error: `The process of the handler ended with exit code ${code}.` }]),
  ]);
  return answer as Invocation;
}
