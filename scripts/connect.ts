import { setTimeout as sleep } from 'node:timers/promises';
import * as connect from '../local/connect/index.ts';
import * as runner from '../local/flow-runner/index.ts';
import { startFunction } from '../local/lambda/function.ts';
import { buildIfChanged } from './build-bundle.ts';
import { serveChatPage } from './chat-page.ts';
import { fromHere, oneOf, readOptions, wholeNumber } from './options.ts';
import { HANDLER, TEMPLATE } from './project.ts';

const USAGE = `Usage: npm run connect -- [options]
  --host HOST                   where to listen (default 127.0.0.1)
  --port PORT                   the port, 0 for any free one (default 8075)
  --fault FAULT                 a fault to inject, several allowed: [OPERATION:]NAME[=NUMBER][*TIMES]
                                names: ${connect.FAULT_NAMES.join(', ')}
                                operations: ${connect.OPERATIONS.join(',\n                                  ')}
  --source-twice allow|refuse   whether two chats may continue one past contact (default allow)
  --transcript-delay SECONDS    refuse sessions that ended less than this ago (default 0)
  --flow FILE                   the flow of a started chat (default: its module alone)
  --module FILE                 the flow module that it invokes (default: that of template.yaml)
  --intent NAME                 the intent that every Lex bot recognizes in an answer (default: there is no bot)
  --page                        also serve the chat page of examples/, for the customer of C1
  --variant VARIANT             a difference that npm run verify should notice:
                                ${connect.VARIANTS.join('\n                                ')}
  --verbose                     also print the function's log and metric lines
  --help                        this text
for example: npm run connect -- --port 9000 --fault 'DescribeContact:throttle*3'`;

const CONTACTS = [
  ['C1', connect.C1, 'past session: first contact, agent a1'],
  ['C2', connect.C2, 'past session: transferred to agent a2'],
  ['C3', connect.C3, 'past session: the survey, ended last'],
  ['NEW_CHAT', connect.NEW_CHAT, 'a new chat of the same customer'],
  ['TRANSFERRED_CHAT_FIRST', connect.TRANSFERRED_CHAT_FIRST, 'another new chat: its first contact'],
  ['TRANSFERRED_CHAT', connect.TRANSFERRED_CHAT, 'another new chat: the current contact, after a transfer'],
  ['SURVEY', connect.SURVEY, "the survey of the new chat's own session"],
  ['FIRST_TIME_CHAT', connect.FIRST_TIME_CHAT, 'a first chat of another customer'],
  ['PERSISTENT_CHAT', connect.PERSISTENT_CHAT, 'a new chat that is already persistent: it continues C3'],
  ['ACTIVE_CHAT', connect.ACTIVE_CHAT, 'a chat that has not ended'],
  ['JUST_ENDED_CHAT', connect.JUST_ENDED_CHAT, 'a chat that ended just now (see --transcript-delay)'],
  ['OTHER_CUSTOMERS_CHAT', connect.OTHER_CUSTOMERS_CHAT, "another customer's ended chat"],
  ['PAST_SMS', connect.PAST_SMS, 'an ended SMS contact'],
  ['NEW_SMS', connect.NEW_SMS, 'a new SMS contact from the same phone'],
  ['VOICE_CALL', connect.VOICE_CALL, 'a call'],
  ['PAST_VOICE_CALL', connect.PAST_VOICE_CALL, 'an ended call'],
] as const;

/** Any credentials and Region will do. SDKs read `AWS_REGION`, version 1 of the AWS CLI `AWS_DEFAULT_REGION` alone. */
const ENVIRONMENT =
  'AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_PAGER=';

const options = readOptions(
  USAGE,
  {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '8075' },
    fault: { type: 'string', multiple: true, default: [] },
    'source-twice': { type: 'string', default: 'allow' },
    'transcript-delay': { type: 'string', default: '0' },
    flow: { type: 'string' },
    module: { type: 'string' },
    intent: { type: 'string' },
    page: { type: 'boolean', default: false },
    variant: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
  values => {
    values.fault.forEach(connect.parseFault);
    // Node would listen on every address of the machine.
    if (!values.host.trim()) throw new Error('--host is an address of this machine, such as 127.0.0.1, not empty.');
    return {
      ...values,
      faults: values.fault,
      port: wholeNumber('--port', values.port, 0, 65_535),
      sourceTwice: oneOf('--source-twice', values['source-twice'], ['allow', 'refuse']),
      transcriptDelaySeconds: wholeNumber('--transcript-delay', values['transcript-delay'], 0, 86_400),
      variant: values.variant === undefined ? undefined : oneOf('--variant', values.variant, connect.VARIANTS),
    };
  },
);

const { module, flow } = readFlows();
let stopped = false;

await buildIfChanged().catch(error => fail(`The function could not be built. ${error.message}`));
const starting = connect.startLocalConnect({ ...options, onRequest: printRequest, onChatStarted: runChat });
const local = await starting.catch(error => fail(listenProblem(error)));
const lambda = startFunction(HANDLER, {
  environment: { AWS_ENDPOINT_URL_CONNECT: loopback(local.url) },
  output: options.verbose ? 2 : 'ignore',
});
const page = options.page ? await serveChatPage(loopback(local.url), connect.C1) : undefined;
process.on('SIGINT', stop).on('SIGTERM', stop);
printStart(local.url);
if (page) console.error(`\nOpen the chat page, in which the customer of C1 returns:\n  ${page.url}`);

/** Ctrl+C arrives twice: from the terminal, and from npm, which passes it on. */
function stop(): void {
  if (stopped) return;
  console.error('Stopped.');
  stopped = true;
  lambda.close();
  page?.server.kill();
  void local.close();
}

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

/** Reads the flow and its module; exits with the reasons if Amazon Connect would refuse them. */
function readFlows() {
  try {
    const own = options.module === undefined && { name: 'persistent-chat' };
    const module = { ...runner.readModule(own ? TEMPLATE : fromHere(`${options.module}`)), ...own };
    const flow = options.flow === undefined ? module : runner.readFlow(fromHere(options.flow), [module]);
    for (const warning of new Set([...module.warnings, ...flow.warnings])) console.error(warning);
    return { module, flow };
  } catch (error) {
    return fail((error as Error).message);
  }
}

/** Runs a chat's flow, either one that `CreateContactFlow` created or our own, and prints the result. */
async function runChat(contact: connect.Contact, created: string | undefined): Promise<void> {
  try {
    const invoked = [module];
    const running = created === undefined ? flow : runner.toFlow(JSON.parse(created), 'created flow', { invoked });
    const steps = await runner.runFlow(running, {
      contact,
      module,
      variant: options.variant,
      intentFor: () => options.intent,
      invokeFunction: lambda.invoke,
      // A flow that waits does not keep a stopped process running.
      clock: { now: () => Date.now(), sleep: ms => sleep(ms, undefined, { ref: false }) },
    });
    // Not in the chats of the acceptance test, which counts messages.
    if (options.page && created === undefined && contact.persistent)
      local.sendAsAgent(contact.Id, 'Agent a1', 'Welcome back, Jane.');
    if (!stopped) printFlow(running.name, contact, steps);
  } catch (error) {
    console.error(`The flow of ${contact.Id}: ${(error as Error).message}`);
  }
}

/** The function accepts plain http only to the loopback, not to an address that stands for all interfaces. */
function loopback(url: string): string {
  return url.replace('//0.0.0.0', '//127.0.0.1').replace('//[::]', '//[::1]');
}

function printStart(url: string): void {
  const environment = `AWS_ENDPOINT_URL_CONNECT=${url} AWS_ENDPOINT_URL_CONNECTPARTICIPANT=${url} ${ENVIRONMENT}`;
  const ids = `--initial-contact-id ${connect.NEW_CHAT} --source-contact-id ${connect.C1}`;
  const association = `create-persistent-contact-association --instance-id any ${ids}`;
  const contacts = CONTACTS.map(([name, id, meaning]) => `  ${name.padEnd(22)} ${id}  ${meaning}`);
  console.error(`Local Amazon Connect on ${url}; Ctrl+C stops it. Its contacts:
${contacts.join('\n')}
To try it, in another terminal (the new chat then continues the past session):
  ${environment} aws connect ${association} --rehydration-type ENTIRE_PAST_SESSION
For more with the AWS CLI, an SDK or sam local invoke, there (any credentials and Region will do):
  export ${environment}
The acceptance test: npm run verify -- --instance-arn ${connect.INSTANCE_ARN}
A chat that "aws connect start-chat-contact" starts runs the flow ${flow.name} with the built function.`);
}

function printRequest({ operation, contactId, body, outcome, errorType, message }: connect.Call): void {
  const asked = [operation, contactId, body.RehydrationType, body.SourceContactId].filter(Boolean).join(' ');
  const error = errorType === undefined ? '' : ` ${errorType}: ${message}`;
  console.error(`${asked} -> ${outcome}${error}`);
}

function printFlow(name: string, { Id, Attributes = {} }: connect.Contact, steps: readonly runner.Step[]): void {
  const result = [Attributes['chatHistoryStatus'], Attributes['chatHistoryReason']].filter(Boolean).join(' ');
  console.error(`Flow ${name} ${Id} -> ${result || 'no chatHistoryStatus'}, ended with "${steps.at(-1)?.identifier}"`);
  const failure = steps.flatMap(step => [step, ...(step.steps ?? [])].flatMap(({ failures = [] }) => failures)).at(-1);
  if (failure) console.error(`  The function failed: ${failure}`);
}

function listenProblem({ code, message }: NodeJS.ErrnoException): string {
  const { host, port } = options;
  if (code === 'EADDRINUSE') return `Port ${port} is in use: choose another one with --port (0: any free one).`;
  if (code === 'EACCES') return `Port ${port} needs more permissions: choose one above 1023 with --port.`;
  return `Cannot listen on "${host}" (${code ?? message}): choose an address of this machine with --host.`;
}
