/**
 * `npm start`: runs the block on a machine without AWS. It starts a local Amazon Connect, invokes the bundled handler as
 * Lambda would, prints an account of what happened on standard error and the flow attributes on standard output.
 *
 * Exit code 0: flow attributes; 1: the command was wrong; 2: the flow would take its Error branch.
 *
 * @module
 */
import { parseFault } from '../local/connect/index.ts';
import { readOptions, wholeNumber } from './options.ts';
import { account } from './start/account.ts';
import { runAll } from './start/all-events.ts';
import { DEFAULT_EVENT } from './start/events.ts';
import { type EventFile, noteOf, readEvent } from './start/read-event.ts';
import { type Connect, type Run, runEvent } from './start/run.ts';
import { SETTINGS, USAGE } from './start/usage.ts';

const options = readOptions(
  USAGE,
  {
    allowPositionals: true,
    options: {
      all: { type: 'boolean', default: false },
      endpoint: { type: 'string' },
      store: { type: 'boolean', default: false },
      fault: { type: 'string', multiple: true, default: [] },
      'transcript-delay': { type: 'string' },
      verbose: { type: 'boolean', default: false },
    },
  },
  ({ values, positionals }) => {
    const { all, store, endpoint, fault: faults, verbose, 'transcript-delay': delay } = values;
    if (positionals.length + Number(all) + Number(store) > 1) {
      throw new Error('Name one event file, or --all or --store without one.');
    }
    faults.forEach(parseFault);
    if (endpoint !== undefined) checkEndpoint(endpoint, all || store || faults.length > 0 || delay !== undefined);
    const transcriptDelaySeconds =
      delay === undefined ? undefined : wholeNumber('--transcript-delay', delay, 0, 86_400);
    return {
      all,
      store,
      endpoint,
      faults,
      transcriptDelaySeconds,
      verbose,
      path: positionals[0] ?? `events/${DEFAULT_EVENT}`,
    };
  },
);

// "npm start -- --all | head" closes the pipe.
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  if (code !== 'EPIPE') console.error(`Cannot write to standard output: ${message}.`);
  process.exit(1);
});

try {
  process.exitCode = options.all
    ? await runEveryEvent()
    : options.store
      ? await runWithStore()
      : await runOneEvent(options.path);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

function checkEndpoint(endpoint: string, hasOthers: boolean): void {
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? '')) {
    throw new Error(`--endpoint is a URL, http://127.0.0.1:8075 say, not "${endpoint}".`);
  }
  if (hasOthers) {
    throw new Error(
      'With --endpoint there is no --all, --store, --fault or --transcript-delay: give them to npm run connect.',
    );
  }
}

async function runOneEvent(path: string): Promise<number> {
  const file = await readEvent(path);
  await build();
  const run = await runEvent(file.event, connectFor(file));
  printLog(run);

  const note = noteOf(file);
  const changes = changesOf(options);
  const [command, why] = (changes.length === 0 && note?.tryNext) || ['npm start -- --all', 'every event of events/'];
  console.error(changes.length > 0 ? `${path} with ${changes.join(' ')}` : note ? `${path}: ${note.shows}` : path);
  printAccount(run);
  const exitCode = printAttributes(run);
  console.error(`Try next: ${command} (${why})`);
  return exitCode;
}

async function runWithStore(): Promise<number> {
  await build();
  const { runTwoChats } = await import('./start/store.ts');
  const { faults, transcriptDelaySeconds = 0 } = options;
  const { first, second } = await runTwoChats({ faults, transcriptDelaySeconds });
  printLog(first);
  printLog(second);
  console.error('A first chat, with the session store:');
  printAccount(first);
  console.error('\nThe same customer ten minutes later:');
  printAccount(second);
  const exitCode = printAttributes(second);
  console.error('Try next: docs/customer-identity.md (which identities are certain enough for the store)');
  return exitCode;
}

function printLog({ invocation }: Run): void {
  if (options.verbose) process.stderr.write(invocation.output);
}

function printAccount(run: Run): void {
  for (const line of account(run)) console.error(line);
}

function printAttributes({ invocation }: Run): number {
  if ('error' in invocation) return 2;
  console.error('Flow attributes:');
  console.log(JSON.stringify(invocation.attributes, null, 2));
  return 0;
}

/** What makes this run another one than its event alone would be. */
function changesOf({ endpoint, faults, transcriptDelaySeconds }: typeof options): string[] {
  const settings = SETTINGS.filter(name => process.env[name]).map(name => `${name}=${process.env[name]}`);
  const delay = transcriptDelaySeconds === undefined ? [] : [`--transcript-delay ${transcriptDelaySeconds}`];
  return [
    ...settings,
    ...faults.map(fault => `--fault ${fault}`),
    ...delay,
    ...(endpoint ? [`--endpoint ${endpoint}`] : []),
  ];
}

async function runEveryEvent(): Promise<number> {
  await build();
  const wrongSettings = await runAll(connectFor, (line, output) => {
    if (options.verbose) process.stderr.write(output);
    console.log(line);
  });
  if (wrongSettings === undefined) return 0;
  console.error(wrongSettings);
  return 2;
}

/** Loaded late: esbuild would have to be loaded for `--help`, too. */
async function build(): Promise<void> {
  const { buildIfChanged } = await import('./start/bundle.ts');
  await buildIfChanged();
}

function connectFor(file: EventFile): Connect {
  const { endpoint, faults } = options;
  if (endpoint !== undefined) return { endpoint };
  const transcriptDelaySeconds = options.transcriptDelaySeconds ?? noteOf(file)?.transcriptDelaySeconds ?? 0;
  return { faults, transcriptDelaySeconds };
}
