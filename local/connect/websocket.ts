import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { ConnectError } from './answer.ts';
import type { ContactItem } from './contact.ts';
import { authenticate } from './participant.ts';
import { isObject, readObject } from './request.ts';
import { isThisMachine } from './respond.ts';
import type { ConnectState } from './state.ts';
import { eventType, transcriptOf } from './transcript.ts';

const TOPIC = 'aws/chat';

/**
 * Serves the websockets whose URLs `CreateParticipantConnection` gives out, as ChatJS and the API reference describe
 * them: a client subscribes to the topic `aws/chat`, then gets the new items of its chat. The first subscriber also
 * gets the event that the chat was rehydrated.
 *
 * @param idleMilliseconds a connection whose client answers no ping for this long is closed
 * @returns a function that shows an item to the subscribers of a chat
 */
export function serveWebsockets(server: Server, state: ConnectState, idleMilliseconds: number) {
  const subscribers = new Map<WebSocket, string>();
  const shown = new Set<string>();
  // Bytes of a client's message: the limit of API Gateway's websockets.
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 131_072 });
  const answered = new WeakSet<WebSocket>();

  server.on('upgrade', (request, socket, head) => {
    // Nothing else handles a connection that is reset before the websocket is open.
    socket.on('error', () => socket.destroy());
    try {
      if (!isThisMachine(request.headers.host, state.host)) throw new ConnectError('AccessDeniedException', 'Host');
      const { participant } = authenticate(state, 'websocket', request.url?.split('/').at(-1) ?? '');
      sockets.handleUpgrade(request, socket, head, client => serve(client, participant.session));
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n', () => socket.destroy());
    }
  });

  // A client that lost its network cannot even say that it left.
  const pinging = setInterval(() => {
    for (const client of sockets.clients) {
      if (answered.delete(client)) client.ping();
      else client.terminate();
    }
  }, idleMilliseconds);
  server.once('close', () => clearInterval(pinging));

  function serve(client: WebSocket, session: string): void {
    answered.add(client);
    client.on('pong', () => answered.add(client));
    client.on('error', () => client.terminate());
    client.on('close', () => subscribers.delete(client));
    client.on('message', text => {
      const { topic, content } = readObject(String(text)) ?? {};
      if (topic === 'aws/heartbeat') client.send(JSON.stringify({ topic }));
      if (topic === 'aws/ping') client.send(JSON.stringify({ topic, statusCode: 200, statusContent: 'OK' }));
      if (topic === 'aws/subscribe') subscribe(client, session, isObject(content) && content['topics']);
    });
  }

  function subscribe(client: WebSocket, session: string, topics: unknown): void {
    const known = Array.isArray(topics) && topics.length === 1 && topics[0] === TOPIC;
    client.send(JSON.stringify({ topic: 'aws/subscribe', content: { status: known ? 'success' : 'failure', topics } }));
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
      client.send(JSON.stringify({ topic: TOPIC, contentType: 'application/json', content }));
      shown.add(item.Id);
    }
  }

  return publish;
}
