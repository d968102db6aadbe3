import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { LocalConnect } from '../../local/connect/index.ts';

const PAGE = new URL('../../examples/chat-page/', import.meta.url);
const CHATJS = createRequire(import.meta.url).resolve('amazon-connect-chatjs');

/** A web site with the chat page, for one customer who is signed in. */
export interface Site {
  url: string;
  /** The contact of the chat that it started. */
  contactId(): string;
  endChat(): Promise<unknown>;
  close(): void;
}

/** Serves examples/chat-page/, which sends ChatJS to the local Amazon Connect, and starts the customer's chat once. */
export async function startSite(connect: LocalConnect, customerId: string, DisplayName: string): Promise<Site> {
  let chat: Promise<{ ContactId: string }> | undefined;
  let contactId = '';
  const send = (method: string, path: string, body: object) =>
    fetch(connect.url + path, { method, headers: { authorization: 'any' }, body: JSON.stringify(body) });
  const startChat = async () => {
    const participant = { CustomerId: customerId, ParticipantDetails: { DisplayName } };
    const answer = await send('PUT', '/contact/chat', { InstanceId: 'any', ContactFlowId: 'any', ...participant });
    const started = (await answer.json()) as { ContactId: string };
    contactId = started.ContactId;
    return { ...started, region: 'us-east-1' };
  };
  const endpoint = `<script>connect.ChatSession.setGlobalConfig({ endpoint: '${connect.url}' });</script>`;
  const server = createServer(async (request, response) => {
    if (request.url === '/chat' && request.method === 'POST') {
      chat ??= startChat();
      return response.end(JSON.stringify(await chat));
    }
    const files: Record<string, [type: string, file: string | URL]> = {
      '/': ['text/html', new URL('index.html', PAGE)],
      '/chat.js': ['text/javascript', new URL('chat.js', PAGE)],
      '/amazon-connect-chat.js': ['text/javascript', CHATJS],
    };
    const [type, file] = files[request.url ?? ''] ?? [];
    if (file === undefined) return response.writeHead(404).end();
    const text = readFileSync(file, 'utf8');
    response.setHeader('content-type', `${type}; charset=utf-8`);
    return response.end(request.url === '/' ? text.replace('<script type="module"', `${endpoint}$&`) : text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    contactId: () => contactId,
    endChat: () => send('POST', '/contact/stop', { InstanceId: 'any', ContactId: contactId }),
    close: () => server.close(),
  };
}
