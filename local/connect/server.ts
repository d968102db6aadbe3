import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, isIPv6, type Socket } from 'node:net';
import type { Contact } from './contact.ts';
import { planFaults } from './fault.ts';
import { type Call, type Responder, respond } from './respond.ts';
import { sampleContacts } from './sample-data.ts';
import type { AssociationRules } from './state.ts';

/** All optional; the defaults are Connect as documented, with the sample data's contacts. */
export interface LocalConnectOptions extends Partial<AssociationRules> {
  /** Default `127.0.0.1`. */
  host?: string;
  /** Default 0: any free port. */
  port?: number;
  /** A key and a certificate, to speak https. Default: plain http. */
  tls?: Pick<ServerOptions, 'key' | 'cert'>;
  /** Faults to inject, as `parseFault` reads them. */
  faults?: readonly string[];
  /** Default: the sample data, as of now. */
  contacts?: readonly Contact[];
  /** Called for each request, after it was added to `calls`. */
  onRequest?: (call: Call) => void;
  /**
   * Called for each chat that `StartChatContact` started, after the request was recorded. The answer does not wait for
   * it: as on AWS, the flow runs by itself. Not called for a repeated `ClientToken`.
   */
  onChatStarted?: (contact: Contact, connect: LocalConnect) => void | Promise<void>;
  /** Called with what `onChatStarted` throws. Default: `console.error`. */
  onError?: (error: unknown) => void;
}

/** A local Amazon Connect that is running. */
export interface LocalConnect {
  /** For `AWS_ENDPOINT_URL_CONNECT` or an SDK client's `endpoint`. */
  url: string;
  port: number;
  /** Every request so far. It grows until it is emptied: `calls.length = 0`. */
  calls: Call[];
  /** The contacts, by id: read them to see what happened, change them to prepare a test. */
  contacts: Map<string, Contact>;
  /** Replaces all faults; counts and quotas start anew. */
  setFaults(faults: readonly string[]): void;
  /** How many connections are open now. */
  openSockets(): number;
  /** Stops listening and destroys what is open, hanging requests included. */
  close(): Promise<void>;
}

/** Starts a local Amazon Connect; see `index.ts` for what it knows and what it assumes. */
export async function startLocalConnect(options: LocalConnectOptions = {}): Promise<LocalConnect> {
  const { host = '127.0.0.1', port: wantedPort = 0, sourceTwice = 'allow', transcriptDelaySeconds = 0, tls } = options;
  const seed = options.contacts ?? sampleContacts(new Date());
  const contacts = new Map(seed.map(contact => [contact.Id, structuredClone(contact)]));
  const calls: Call[] = [];
  const sockets = new Set<Socket>();
  const responder: Responder = {
    state: {
      contacts,
      rules: { sourceTwice, transcriptDelaySeconds },
      earlierAnswers: new Map(),
      // After the answer, as on AWS: the flow may use the chat as a client would.
      chatStarted: contact =>
        void setImmediate(async () => {
          try {
            await options.onChatStarted?.(contact, local);
          } catch (error) {
            (options.onError ?? console.error)(error);
          }
        }),
    },
    faultFor: planFaults(options.faults ?? []),
    record(call) {
      calls.push(call);
      options.onRequest?.(call);
    },
  };

  // Node's 5 seconds would now and then close an idle connection just as a client takes it up again.
  const create = (tls ? createTlsServer : createServer) as typeof createServer;
  const server = create({ ...tls, keepAliveTimeout: 60_000 }, (message, response) =>
    respond(responder, message, response),
  );
  server.on('connection', socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(wantedPort, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const local: LocalConnect = {
    url: `${tls ? 'https' : 'http'}://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    port,
    calls,
    contacts,
    setFaults(faults) {
      responder.faultFor = planFaults(faults);
    },
    openSockets: () => sockets.size,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
        sockets.clear(); // Their own close events come a moment later.
      }),
  };
  return local;
}
