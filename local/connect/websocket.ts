import type { Server } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { ConnectError } from './answer.ts';
import type { ContactItem } from './contact.ts';
import { authenticate } from './participant.ts';
import { isObject, readObject } from './request.ts';
import type { ConnectState } from './state.ts';
import { eventType, transcriptOf } from './transcript.ts';

const TOPIC = 'aws/chat';

/**
 * Serves the websockets whose URLs `CreateParticipantConnection` gives out, as ChatJS and the API reference speak to
 * them: a client subscribes to the topic `aws/chat` and gets the items of its chat from then on, and that its chat was
 * rehydrated, if nobody got that before.
 *
 * @returns what shows an item to the subscribers of a chat
 */
export function serveWebsockets(server: Server, state: ConnectState): ConnectState['publish'] {
  const subscribers = new Map<WebSocket, string>();
  const shown = new Set<string>();
  const sockets = new WebSocketServer({ noServer: true });

  server.on('upgrade', (request, socket, head) => {
    try {
      const { participant } = authenticate(state, 'sockets', request.url?.split('/').at(-1) ?? '');
      sockets.handleUpgrade(request, socket, head, client => serve(client, participant.session));
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
    }
  });

  function serve(client: WebSocket, session: string): void {
    client.on('error', () => client.terminate());
    client.on('close', () => subscribers.delete(client));
    client.on('message', text => {
      const { topic, content } = readObject(String(text)) ?? {};
      if (topic === 'aws/heartbeat') send(client, { topic });
      if (topic === 'aws/ping') send(client, { topic, statusCode: 200, statusContent: 'OK' });
      if (topic === 'aws/subscribe') subscribe(client, session, isObject(content) && content['topics']);
    });
  }

  function subscribe(client: WebSocket, session: string, topics: unknown): void {
    const known = Array.isArray(topics) && topics.length === 1 && topics[0] === TOPIC;
    send(client, { topic: 'aws/subscribe', content: { status: known ? 'success' : 'failure', topics } });
    if (!known) return;
    subscribers.set(client, session);
    for (const item of transcriptOf(state, session).now) {
      if (item.ContentType === eventType('chat.rehydrated') && !shown.has(item.Id)) publish(session, item);
    }
  }

  function publish(session: string, item: ContactItem): void {
    const content = JSON.stringify({ ...item, InitialContactId: session });
    for (const [client, subscribed] of subscribers) {
      if (subscribed !== session) continue;
      send(client, { topic: TOPIC, contentType: 'application/json', content });
      shown.add(item.Id);
    }
  }

  return publish;
}

function send(client: WebSocket, message: object): void {
  if (client.readyState === WebSocket.OPEN) client.send(JSON.stringify(message));
}
