import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, isIPv6, type Socket } from 'node:net';
import { type Contact, type ContactItem, knownContact, sessionId } from './contact.ts';
import { planFaults } from './fault.ts';
import { type Call, respond } from './respond.ts';
import { INSTANCE_ID, sampleContacts } from './sample-data.ts';
import type { AssociationRules, ConnectState, Variant } from './state.ts';
import { addItem, message, transcriptOf } from './transcript.ts';
import { serveWebsockets } from './websocket.ts';

/** All optional; the defaults are Connect as documented, with the sample data's contacts. */
export interface LocalConnectOptions extends Partial<AssociationRules> {
  host?: string;
  /** Default 0: any free one. */
  port?: number;
  /** A key and a certificate, to speak https. Default: plain http. */
  tls?: Pick<ServerOptions, 'key' | 'cert'>;
  /** Faults to inject, as `parseFault` reads them. */
  faults?: readonly string[];
  /** Default: the sample data, as of now. */
  contacts?: readonly Contact[];
  /** Default: {@link INSTANCE_ID} exists, and `any`. */
  hasInstance?: (instanceId: string) => boolean;
  variant?: Variant | undefined;
  /** Closes a connection after so long without a request, or without the end of one. Default 60,000. */
  idleMilliseconds?: number;
  /** Called for each request, after it is added to `calls`. */
  onRequest?: (call: Call) => void;
  /**
   * Called once for each chat that `StartChatContact` started, after the request is recorded, with its flow's content if
   * `CreateContactFlow` created it. The answer does not wait for it: as on AWS, the flow runs on its own.
   */
  onChatStarted?: (contact: Contact, flow: string | undefined) => Promise<void>;
}

/** A local Amazon Connect that is running. */
export type LocalConnect = Awaited<ReturnType<typeof startLocalConnect>>;

/** Starts a local Amazon Connect (`local/README.md`). */
export async function startLocalConnect(options: LocalConnectOptions = {}) {
  const { host = '127.0.0.1', port: wantedPort = 0, tls, idleMilliseconds = 60_000 } = options;
  const { contacts: initial = sampleContacts(new Date()), sourceTwice = 'allow', transcriptDelaySeconds = 0 } = options;
  const { hasInstance = (id: string) => id === INSTANCE_ID || id === 'any', variant } = options;
  const { onRequest, onChatStarted } = options;
  const contacts = new Map(initial.map(contact => [contact.Id, structuredClone(contact)]));
  const calls: Call[] = [];
  const sockets = new Set<Socket>();
  let faultFor = planFaults(options.faults ?? []);
  const state: ConnectState = {
    host,
    hasInstance,
    contacts,
    sourceTwice,
    transcriptDelaySeconds,
    variant,
    tokens: new Map(),
    flows: new Map(),
    earlierAnswers: new Map(),
    publish: (session, item) => publish(session, item),
    // After the answer, as on AWS, so that the flow can use the chat like a client.
    chatStarted: (contact, flow) => void setImmediate(() => onChatStarted?.(contact, flow).catch(console.error)),
  };

  // After Node's default of 5 seconds, an idle connection would sometimes close just as a client reuses it.
  const create = (tls ? createTlsServer : createServer) as typeof createServer;
  const limits = {
    keepAliveTimeout: idleMilliseconds,
    requestTimeout: idleMilliseconds,
    connectionsCheckingInterval: Math.min(idleMilliseconds, 10_000),
  };
  const server = create({ ...tls, ...limits }, async (message, response) => {
    const call = await respond(state, faultFor, message, response);
    if (!call) return;
    calls.push(call);
    onRequest?.(call);
  });
  const publish = serveWebsockets(server, state, idleMilliseconds);
  server.on('connection', socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(wantedPort, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    /** For `AWS_ENDPOINT_URL_CONNECT` or an SDK client's `endpoint`. */
    url: `${tls ? 'https' : 'http'}://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    port,
    /** Every request so far. It grows until it is emptied: `calls.length = 0`. */
    calls,
    /** The contacts, by id: read them to see what happened, change them to prepare a test. */
    contacts,
    /** What the customer's page can show of a contact's chat, oldest first, with the past chats that it continues. */
    transcript(contactId: string): ContactItem[] {
      const { past, now } = transcriptOf(state, sessionId(knownContact(contacts, contactId)));
      return [...past, ...now];
    },
    /** Sends a message of an agent to a contact's chat, as the agent workspace would. */
    sendAsAgent(contactId: string, DisplayName: string, text: string): void {
      addItem(state, knownContact(contacts, contactId), message({ DisplayName, ParticipantRole: 'AGENT' }, text));
    },
    /** Replaces all faults; counts and quotas start anew. */
    setFaults(faults: readonly string[]): void {
      faultFor = planFaults(faults);
    },
    /** How many connections are open now. */
    openSockets: () => sockets.size,
    /** Stops listening and destroys what is open, hanging requests included. */
    close: () =>
      new Promise<void>(resolve => {
        // Clients in this process notice a moment later; until then they would use a dead connection.
        server.close(() => setTimeout(resolve, 10));
        for (const socket of sockets) socket.destroy();
      }),
  };
}
