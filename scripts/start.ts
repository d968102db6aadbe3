import { basename } from 'node:path';
import { C1, FAULT_NAMES, FIRST_TIME_CHAT, NEW_CHAT, OPERATIONS, parseFault } from '../local/connect/index.ts';
import { buildIfChanged } from './build-bundle.ts';
import { readOptions, wholeNumber } from './options.ts';
import { account, chatLine, nextAccount, result } from './start/account.ts';
import { EVENTS, readEvent, sampleEvent } from './start/events.ts';
import { type Connect, type Run, runEvents, runTwoChats } from './start/run.ts';

const NAMES = Object.keys(EVENTS);
const DEFAULT = `events/${NAMES[0]}`;
/** The operations of the function; the local Amazon Connect knows more. */
const REQUESTED = OPERATIONS.slice(0, 3);

const USAGE = `Usage: npm start -- [EVENT.json] [options]
  Shows a returning customer, and another one who tries to continue the same chat, in a local Amazon Connect; with
  EVENT.json or an option, what the block does for one contact-flow event. Prints what happened to standard error, and
  the flow attributes as JSON to standard output. Exit code 0: flow attributes; 1: wrong command; 2: the Error branch.

  --all                         every event in events/, as a table
  --store                       two chats with the session store: the second continues the first without an id
  --transcript-delay SECONDS    refuse sessions that ended less than this ago (default 0; just-ended.json: 60)
  --fault FAULT                 a fault to inject, several allowed: [OPERATION:]NAME[=NUMBER][*TIMES]
                                names: ${FAULT_NAMES.join(', ')}
                                operations: ${REQUESTED.join(', ')}
  --endpoint URL                use the local Amazon Connect that runs there (npm run connect)
  --verbose                     the requests, and the function's log and metric lines, on standard error
  --help                        this text

Settings come from the shell, as environment variables: docs/reference.md#settings
Events (default: ${DEFAULT}):
${NAMES.map(name => `  events/${name.padEnd(31)} ${EVENTS[name]}`).join('\n')}`;

const options = readOptions(
  USAGE,
  {
    all: { type: 'boolean', default: false },
    endpoint: { type: 'string' },
    store: { type: 'boolean', default: false },
    fault: { type: 'string', multiple: true, default: [] },
    'transcript-delay': { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
  (values, [path, ...others]) => {
    const { all, store, endpoint, fault: faults, 'transcript-delay': delayText } = values;
    if (path === '' || others.length + Number(path !== undefined) + Number(all) + Number(store) > 1) {
      throw new Error('Name one event file, or --all or --store without one.');
    }
    const unused = faults.map(parseFault).find(({ operation }) => operation && !REQUESTED.includes(operation));
    if (unused) throw new Error(`The function makes no request ${unused.operation}: only ${REQUESTED.join(', ')}.`);
    const delay = delayText === undefined ? undefined : wholeNumber('--transcript-delay', delayText, 0, 86_400);
    if (endpoint !== undefined && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? '')) {
      throw new Error(`--endpoint is a URL, for example http://127.0.0.1:8075, not "${endpoint}".`);
    }
    const changed = faults.length > 0 || delay !== undefined;
    if (endpoint !== undefined && (all || store || changed)) {
      throw new Error('With --endpoint there is no --all, --store, --fault or --transcript-delay.');
    }
    return { ...values, faults, delay, path: path ?? DEFAULT, plain: !path && !endpoint && !changed };
  },
  true,
);

try {
  await buildIfChanged();
  process.exitCode = await (options.all ? runEveryEvent() : options.store ? runWithStore() : runOneEvent());
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

/** Runs one event. Without an event or options, another customer then names the same past contact. */
async function runOneEvent(): Promise<number> {
  const { path, plain, verbose } = options;
  const others = plain ? [sampleEvent(FIRST_TIME_CHAT, { sourceContactId: C1 })] : [];
  const [run, next] = await runEvents([readEvent(path), ...others], connectFor(path));
  if (plain && run.attributes['continuedFromContactId'])
    run.local?.sendAsAgent(NEW_CHAT, 'Agent a1', 'Welcome back, Jane.');
  print(run, account(run, verbose || !plain));
  if (next && !plain) {
    print(next, nextAccount(next, 'The flow invokes the block again, without mode', true));
    return printAttributes(next);
  }
  const exitCode = printAttributes(run);
  if (next) print(next, nextAccount(next, 'Another customer, Kim, tries to continue C1, too', verbose));
  return exitCode;
}

async function runWithStore(): Promise<number> {
  const [first, second] = await runTwoChats(connectFor(DEFAULT));
  print(first, ['A first chat, with the session store:', chatLine(first)]);
  print(second, ['The same customer returns:', ...account(second, true)]);
  return printAttributes(second);
}

async function runEveryEvent(): Promise<number> {
  const row = (name: string, shows = '', end = '') => console.log(name.padEnd(32) + shows.padEnd(65) + end);
  for (const name of NAMES) {
    const path = `events/${name}`;
    const runs = await runEvents([readEvent(path)], connectFor(path));
    const [run] = runs;
    if (run.error?.name === 'InvalidEnvironmentError') {
      console.error(run.error.message);
      return 2;
    }
    for (const each of runs) print(each, []);
    if (path === DEFAULT) row('Event', 'What it shows', 'Result');
    row(name, EVENTS[name], runs.map(result).join(', then '));
  }
  return 0;
}

function print(run: Run, lines: string[]): void {
  if (options.verbose) process.stderr.write(run.output);
  for (const line of lines) console.error(line);
}

function printAttributes({ error, attributes }: Run): number {
  if (error) return 2;
  console.log(JSON.stringify(attributes, null, 2));
  return 0;
}

function connectFor(path: string): Connect {
  const { endpoint, faults, delay = basename(path) === 'just-ended.json' ? 60 : 0 } = options;
  return { endpoint, faults, transcriptDelaySeconds: delay };
}
