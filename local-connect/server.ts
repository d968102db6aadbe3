import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Answer, errorAnswer } from './answer.ts';
import type { AssociationRules } from './associate.ts';
import type { Call } from './call.ts';
import type { Contact } from './contact.ts';
import { planFaults } from './fault-plan.ts';
import { findRoute } from './operations.ts';
import { rehearse, send } from './rehearse.ts';
import { connectService } from './service.ts';
import { workedExample } from './worked-example.ts';

/** All optional; the defaults are a faithful Connect with the worked example's contacts. */
export interface LocalConnectOptions extends Partial<AssociationRules> {
  /** Default `127.0.0.1`. */
  host?: string;
  /** Default 0: any free port. */
  port?: number;
  /** Faults to rehearse, as `parseFault` reads them. */
  faults?: readonly string[];
  /** Default: the worked example, as of now. */
  contacts?: readonly Contact[];
  /** Called for each request, after it was added to `calls`. */
  onRequest?: (call: Call) => void;
}

/** A local Amazon Connect that is running. */
export interface LocalConnect {
  /** For `AWS_ENDPOINT_URL_CONNECT` or an SDK client's `endpoint`. */
  url: string;
  port: number;
  /** Every request so far. It grows until it is emptied: `calls.length = 0`. */
  calls: Call[];
  /** The contacts, by id: read them to see what happened, change them to set a scene. */
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
  const { host = '127.0.0.1', port: wantedPort = 0, sourceTwice = 'allow', transcriptDelaySeconds = 0 } = options;
  const seed = options.contacts ?? workedExample(new Date());
  const contacts = new Map(seed.map(contact => [contact.Id, structuredClone(contact)]));
  const perform = connectService(contacts, { sourceTwice, transcriptDelaySeconds });
  const calls: Call[] = [];
  const sockets = new Set<Socket>();
  let faultFor = planFaults(options.faults ?? []);

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = performance.now();
    const route = findRoute(request.method ?? '', request.url ?? '');
    const json = await text(request).catch(() => undefined);
    if (json === undefined) return; // The client went away before the end of its request.
    const body = readObject(json);
    const record = (outcome: Call['outcome']) => {
      const unknown = { operation: 'UnknownOperation', instanceId: '', contactId: '' } as const;
      const call: Call = { ...(route ?? unknown), body: body ?? {}, at, outcome };
      calls.push(call);
      options.onRequest?.(call);
    };
    const reply = (answer: Answer) => {
      record(answer.status);
      send(response, answer);
    };

    response.setHeader('x-amzn-RequestId', randomUUID());
    if (!route) return reply(errorAnswer(404, 'UnknownOperationException', 'No such operation.'));
    if (!request.headers.authorization) {
      return reply(errorAnswer(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token'));
    }
    const fault = faultFor(route.operation);
    if (!fault) return reply(perform(route, body));
    record(fault.name);
    rehearse(fault, () => perform(route, body), response);
  }

  // Node's 5 seconds would now and then close an idle connection just as a client takes it up again.
  const server = createServer({ keepAliveTimeout: 60_000 }, respond);
  server.on('connection', socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(wantedPort, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    port,
    calls,
    contacts,
    setFaults(faults) {
      faultFor = planFaults(faults);
    },
    openSockets: () => sockets.size,
    close: () =>
      new Promise(resolve => {
        server.close(() => {
          sockets.clear(); // Their own close events come a moment later.
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function readObject(json: string): object | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
