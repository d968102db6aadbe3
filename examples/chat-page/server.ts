/**
 * Serves the chat page on this machine, for one customer who is signed in:
 * `npx node examples/chat-page/server.ts INSTANCE_ID CONTACT_FLOW_ID CUSTOMER_ID`, with AWS credentials and Region in the
 * environment. Where the environment names an endpoint of the participant service, the page uses it, too.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { Connect, type StartChatContactCommandOutput } from '@aws-sdk/client-connect';

const [InstanceId, ContactFlowId, CustomerId] = process.argv.slice(2);
const connect = new Connect({});
const endpoint = process.env['AWS_ENDPOINT_URL_CONNECTPARTICIPANT'];
const configure = endpoint && `<script>connect.ChatSession.setGlobalConfig({ endpoint: '${endpoint}' });</script>`;

const FILES: Record<string, [type: string, read: () => string]> = {
  '/': ['text/html', () => read('./index.html').replace('<script type="module"', `${configure ?? ''}$&`)],
  '/chat.js': ['text/javascript', () => read('./chat.js')],
  '/amazon-connect-chat.js': ['text/javascript', () => read('amazon-connect-chatjs')],
};

/** The customer's chat: a page that is loaded again shows the same one. */
let chat: Promise<StartChatContactCommandOutput> | undefined;

const server = createServer(async ({ method, url = '' }, response) => {
  const [type, text] = FILES[url] ?? [];
  if (text) return response.setHeader('content-type', `${type}; charset=utf-8`).end(text());
  if (method !== 'POST' || url !== '/chat') return response.writeHead(404).end();
  const ParticipantDetails = { DisplayName: 'Customer' };
  chat ??= connect.startChatContact({ InstanceId, ContactFlowId, CustomerId, ParticipantDetails });
  const { ContactId, ParticipantId, ParticipantToken } = await chat;
  return response.end(
    JSON.stringify({ ContactId, ParticipantId, ParticipantToken, region: await connect.config.region() }),
  );
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));

function read(file: string): string {
  return readFileSync(createRequire(import.meta.url).resolve(file), 'utf8');
}
