/**
 * Serves the chat page on this machine, for one customer who is signed in, with AWS credentials and Region in the environment.
 * If the environment names an endpoint of the participant service, the page uses it as well. `LAST_CONTACT_ID` is the
 * customer's last contact, which your server would keep in its database.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Connect, type StartChatContactCommandOutput } from '@aws-sdk/client-connect';
import { ConnectParticipant } from '@aws-sdk/client-connectparticipant';

const USAGE = 'Usage: npx node examples/chat-page/server.ts INSTANCE_ID CONTACT_FLOW_ID CUSTOMER_ID';
const [InstanceId = '', ContactFlowId = '', CustomerId = '', ...others] = process.argv.slice(2);
if (![InstanceId, ContactFlowId, CustomerId].every(id => id.trim()) || others.length > 0) {
  fail(`Name an instance, a flow and a customer, each by its id. ${USAGE}`);
}
if (CustomerId.length > 128) fail('CUSTOMER_ID has more than 128 characters, which Amazon Connect refuses.');

const { AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_CONNECTPARTICIPANT: endpoint } = process.env;
/** The AWS CLI reads the second variable, the SDK only the first one and its configuration file. */
const known = AWS_REGION || AWS_DEFAULT_REGION;
const client = {
  ...(known && { region: known }),
  // The page waits no longer than these requests.
  requestHandler: { requestTimeout: 3_000, throwOnRequestTimeout: true },
};
const [connect, participants] = [new Connect(client), new ConnectParticipant(client)];
const region = await connect.config
  .region()
  .catch(() => fail('There is no AWS Region: set AWS_REGION to that of the instance.'));
await connect.config.credentials().catch(({ message }) => fail(`There are no AWS credentials: ${message}`));

const read = (file: string) => readFileSync(new URL(import.meta.resolve(file)), 'utf8');
const configure = endpoint ? `<script>connect.ChatSession.setGlobalConfig({ endpoint: '${endpoint}' });</script>` : '';
const FILES: Record<string, [type: string, read: () => string]> = {
  '/': ['text/html', () => read('./index.html').replace('<script type="module"', `${configure}$&`)],
  '/chat.js': ['text/javascript', () => read('./chat.js')],
  '/amazon-connect-chat.js': ['text/javascript', () => read('amazon-connect-chatjs')],
};

/** The contact that the block continues: any contact of the customer's last session, such as the chat's first one. */
let lastContactId = process.env['LAST_CONTACT_ID'];
/** The customer's chat: a page that is loaded again shows the same one. */
let chat: Promise<StartChatContactCommandOutput> | undefined;

const server = createServer(async ({ method, url = '', headers }, response) => {
  const [type, text] = FILES[url] ?? [];
  if (text && method === 'GET') return response.setHeader('content-type', `${type}; charset=utf-8`).end(text());
  if (method !== 'POST' || url !== '/chat') return response.writeHead(404).end();
  if (!isFromPage(headers)) return response.writeHead(403).end('A chat is started by the page of this server only.');
  try {
    const { ContactId, ParticipantId, ParticipantToken } = await startOrResume();
    return response.end(JSON.stringify({ ContactId, ParticipantId, ParticipantToken, region }));
  } catch (error) {
    const { name, message } = error as Error;
    console.error(`The chat cannot be started: ${name}: ${message}`);
    return response.writeHead(502).end('The chat cannot be started.');
  }
});
const port = () => (server.address() as AddressInfo).port;
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${port()}/`));

/**
 * Another site must not start chats in the name of the customer, whose cookie the browser would send along: neither from
 * its own pages (`Origin`) nor under a name that it points to this machine (`Host`). Every browser sends `Origin` with
 * a POST; a request without one is a program's, which no site can cause.
 */
function isFromPage({ host, origin }: IncomingHttpHeaders): boolean {
  const isOurs = host === `127.0.0.1:${port()}` || host === `localhost:${port()}`;
  return isOurs && (origin === undefined || origin === `http://${host}`);
}

/** The customer's chat, or a new one if it has ended. Two pages at once share it; a failure is not kept. */
async function startOrResume(): Promise<StartChatContactCommandOutput> {
  const started = chat;
  const earlier = await started;
  if (earlier && (await hasEnded(earlier)) && chat === started) {
    lastContactId = earlier.ContactId;
    chat = undefined;
  }
  chat ??= startChat();
  return chat;
}

function startChat(): Promise<StartChatContactCommandOutput> {
  const ParticipantDetails = { DisplayName: 'Customer' };
  const Attributes = lastContactId ? { sourceContactId: lastContactId } : {};
  const started = connect.startChatContact({ InstanceId, ContactFlowId, CustomerId, ParticipantDetails, Attributes });
  return started.catch(error => {
    chat = undefined;
    throw error;
  });
}

/**
 * The token of a chat that has ended is refused, which AWS's own clients treat as its end. Assumed: asking for connection
 * credentials changes nothing in the chat. An ended contact proves less: a transferred chat goes on in another one.
 */
async function hasEnded({ ParticipantToken }: StartChatContactCommandOutput): Promise<boolean> {
  try {
    await participants.createParticipantConnection({ ParticipantToken, Type: ['CONNECTION_CREDENTIALS'] });
    return false;
  } catch (error) {
    if ((error as Error).name === 'AccessDeniedException') return true;
    throw error;
  }
}

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}
