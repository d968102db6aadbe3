import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CUSTOMER_ID } from '../local/connect/index.ts';

const SERVER = fileURLToPath(new URL('../examples/chat-page/server.ts', import.meta.url));

/** Serves examples/chat-page/ for the customer of the sample data, whose chats name `lastContactId`, if any. */
export async function serveChatPage(connectUrl: string, lastContactId = '') {
  const server = spawn(process.execPath, [SERVER, 'any', 'any', CUSTOMER_ID], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...{ AWS_ENDPOINT_URL_CONNECT: connectUrl, AWS_ENDPOINT_URL_CONNECTPARTICIPANT: connectUrl },
      ...{ AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_REGION: 'us-east-1' },
      LAST_CONTACT_ID: lastContactId,
    },
  });
  const [line] = await once(server.stdout, 'data');
  return { url: String(line).trim(), server };
}
