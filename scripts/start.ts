/**
 * `npm start`: runs the block on a machine without AWS. It starts a local Amazon Connect, invokes the bundled handler as
 * Lambda would, prints an account of what happened on standard error and the flow attributes on standard output.
 *
 * @module
 */
import { FAULT_NAMES, OPERATIONS, parseFault } from '../local/connect/index.ts';
import { ENVIRONMENT_VARIABLES } from '../src/settings.ts';
import { buildIfChanged } from './build-bundle.ts';
import { readOptions, wholeNumber } from './options.ts';
import { account, result } from './start/account.ts';
import { EVENTS, readEvent } from './start/events.ts';
import { type Connect, type Run, runEvent } from './start/run.ts';

const NAMES = Object.keys(EVENTS);

const USAGE = `Usage: npm start -- [EVENT.json] [options]
  Runs the block for one contact-flow event, against a local Amazon Connect: on standard error what happened, on standard
  output the flow attributes as JSON. Exit code 0: flow attributes; 1: the command was wrong; 2: the flow would take its
  Error branch.

  --all                         every event of events/, as a table
  --store                       two chats of one customer with the session store: the second continues the first, no id named
  --transcript-delay SECONDS    refuse sessions that ended less than this ago (default 0; just-ended.json: 60)
  --fault FAULT                 a fault to inject, several allowed: [OPERATION:]NAME[=NUMBER][*TIMES]
                                names: ${FAULT_NAMES.join(', ')}
                                operations: ${OPERATIONS.slice(0, 3).join(', ')}
  --endpoint URL                use the local Amazon Connect that runs there (npm run connect)
  --verbose                     the function's log and metric lines as well, on standard error
  --help                        this text

Settings come from the shell, as environment variables: docs/reference.md#settings

Events (default: events/${NAMES[0]}):
${NAMES.map(name => `  events/${name.padEnd(31)} ${EVENTS[name]}`).join('\n')}

for example: npm start -- events/from-segment.json --fault 'DescribeContact:throttle*3'
             SOURCE_CONTACT_CHECK=OWNER_REQUIRED npm start -- --all`;

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
  ({ values, positionals: [path, ...others] }) => {
    const { all, store, endpoint, fault: faults, 'transcript-delay': delayText } = values;
    if (others.length + Number(path !== undefined) + Number(all) + Number(store) > 1) {
      throw new Error('Name one event file, or --all or --store without one.');
    }
    faults.forEach(parseFault);
    const delay = delayText === undefined ? undefined : wholeNumber('--transcript-delay', delayText, 0, 86_400);
    if (endpoint !== undefined && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? '')) {
      throw new Error(`--endpoint is a URL, http://127.0.0.1:8075 say, not "${endpoint}".`);
    }
    if (endpoint !== undefined && (all || store || faults.length > 0 || delay !== undefined)) {
      throw new Error(
        'With --endpoint there is no --all, --store, --fault or --transcript-delay: give them to npm run connect.',
      );
    }
    return { ...values, faults, delay, path: path ?? `events/${NAMES[0]}` };
  },
);

// "npm start -- --all | head" closes the pipe.
process.stdout.on('error', () => process.exit(1));

try {
  process.exitCode = await (options.all ? runEveryEvent() : options.store ? runWithStore() : runOneEvent(options.path));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function runOneEvent(path: string): Promise<number> {
  const file = readEvent(path);
  await buildIfChanged();
  const run = await runEvent(file.event, connectFor(file));
  const words = process.argv.slice(2).filter(word => word !== path && word !== '--verbose');
  const changed = words.length > 0 || ENVIRONMENT_VARIABLES.some(name => process.env[name]);
  const shows = file.name && !changed ? `: ${EVENTS[file.name]}` : '';
  printAccount(run, words.length > 0 ? `${path} with ${words.join(' ')}` : path + shows);
  const exitCode = printAttributes(run);
  console.error('Try next: npm start -- --all (every event of events/)');
  return exitCode;
}

async function runWithStore(): Promise<number> {
  await buildIfChanged();
  const { runTwoChats } = await import('./start/store.ts');
  const [first, second] = await runTwoChats(connectFor({}));
  printAccount(first, 'A first chat, with the session store:');
  printAccount(second, '\nThe same customer ten minutes later:');
  return printAttributes(second);
}

async function runEveryEvent(): Promise<number> {
  await buildIfChanged();
  const row = (name: string, shows = '', came = '') => console.log(name.padEnd(32) + shows.padEnd(65) + came);
  for (const name of NAMES) {
    const file = readEvent(`events/${name}`);
    const run = await runEvent(file.event, connectFor(file));
    if (run.error?.name === 'InvalidEnvironmentError') {
      console.error(run.error.message);
      return 2;
    }
    if (options.verbose) process.stderr.write(run.output);
    if (name === NAMES[0]) row('Event', 'What it shows', 'What came of it');
    row(name, EVENTS[name], result(run));
  }
  return 0;
}

function printAccount(run: Run, heading: string): void {
  if (options.verbose) process.stderr.write(run.output);
  console.error([heading, ...account(run)].join('\n'));
}

/** @returns the exit code */
function printAttributes({ error, attributes }: Run): number {
  if (error) return 2;
  console.error('Flow attributes:');
  console.log(JSON.stringify(attributes, null, 2));
  return 0;
}

function connectFor({ name }: { name?: string | undefined }): Connect {
  const { endpoint, faults, delay = name === 'just-ended.json' ? 60 : 0 } = options;
  return { endpoint, faults, transcriptDelaySeconds: delay };
}
