/**
 * `npm run connect`: keeps a local Amazon Connect running until it is stopped, for the AWS CLI, an SDK or `sam local
 * invoke`.
 */
import { parseArgs } from 'node:util';
import * as connect from '../local-connect/index.ts';

const USAGE = `npm run connect -- [options]
  --host HOST                   where to listen (default 127.0.0.1)
  --port PORT                   the port, 0 for any free one (default 8075)
  --fault SPEC                  a fault to rehearse, several allowed: [OPERATION:]NAME[=NUMBER][*TIMES]
                                operations: ${connect.OPERATIONS.join(', ')}
                                names: ${connect.FAULT_NAMES.join(', ')}
  --source-twice allow|refuse   whether two chats may continue one past contact (default allow)
  --transcript-delay SECONDS    refuse sessions that ended less than this ago (default 0)
  --help                        this text`;

const CONTACTS = [
  ['INSTANCE_ID', connect.INSTANCE_ID, 'the instance (any other id will do)'],
  ['C1', connect.C1, 'past session: first contact, agent a1'],
  ['C2', connect.C2, 'past session: transferred to agent a2'],
  ['C3', connect.C3, 'past session: the survey, ended last'],
  ['NEW_CHAT', connect.NEW_CHAT, 'a new chat of the same customer'],
  ['TRANSFERRED_CHAT_FIRST', connect.TRANSFERRED_CHAT_FIRST, 'another new chat: its first contact'],
  ['TRANSFERRED_CHAT', connect.TRANSFERRED_CHAT, 'another new chat: the current contact, after a transfer'],
  ['SURVEY', connect.SURVEY, "the survey of the new chat's own session"],
  ['FIRST_TIME_CHAT', connect.FIRST_TIME_CHAT, 'a new chat of a customer without a past one'],
  ['ACTIVE_CHAT', connect.ACTIVE_CHAT, 'a chat that has not ended'],
  ['JUST_ENDED_CHAT', connect.JUST_ENDED_CHAT, 'a chat that ended just now (see --transcript-delay)'],
  ['OTHER_CUSTOMERS_CHAT', connect.OTHER_CUSTOMERS_CHAT, "another customer's ended chat"],
  ['PAST_SMS', connect.PAST_SMS, 'an ended SMS contact'],
  ['NEW_SMS', connect.NEW_SMS, 'a new SMS contact of the same phone'],
  ['VOICE_CALL', connect.VOICE_CALL, 'a call'],
  ['PAST_VOICE_CALL', connect.PAST_VOICE_CALL, 'an ended call'],
] as const;

function readOptions(): connect.LocalConnectOptions | 'help' {
  const { values } = parseArgs({
    options: {
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '8075' },
      fault: { type: 'string', multiple: true, default: [] },
      'source-twice': { type: 'string', default: 'allow' },
      'transcript-delay': { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const sourceTwice = values['source-twice'];
  if (sourceTwice !== 'allow' && sourceTwice !== 'refuse') {
    throw new Error(`--source-twice is allow or refuse, not "${sourceTwice}".`);
  }
  return {
    host: values.host,
    port: wholeNumber('--port', values.port, 65_535),
    faults: values.fault,
    sourceTwice,
    transcriptDelaySeconds: wholeNumber('--transcript-delay', values['transcript-delay'], 86_400),
  };
}

function wholeNumber(option: string, text: string, max: number): number {
  if (!/^\d+$/.test(text) || Number(text) > max) {
    throw new Error(`${option} is a whole number from 0 to ${max}, not "${text}".`);
  }
  return Number(text);
}

const ANY_ACCOUNT = 'AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x';

function printRequest({ operation, contactId, body, outcome }: connect.Call): void {
  const { RehydrationType = '', SourceContactId = '' } = body;
  console.error(`${operation} ${contactId} ${RehydrationType} ${SourceContactId} -> ${outcome}`.replace(/ +/g, ' '));
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options === 'help') return console.log(USAGE);
  const local = await connect.startLocalConnect({ ...options, onRequest: printRequest });
  console.error(`Local Amazon Connect on ${local.url}. For the AWS CLI or an SDK (any credentials and Region do):`);
  console.error(`  export AWS_ENDPOINT_URL_CONNECT=${local.url} ${ANY_ACCOUNT}`);
  for (const [name, id, meaning] of CONTACTS) console.error(`  ${name.padEnd(22)} ${id}  ${meaning}`);
  const stop = () => void local.close();
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

main().catch((error: Error) => {
  console.error(error.message.split('\n', 1)[0]);
  process.exitCode = 1;
});
