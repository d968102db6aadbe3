import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connect, type Contact, paginateListContactFlowModules } from '@aws-sdk/client-connect';
import { ConnectParticipant, paginateGetTranscript } from '@aws-sdk/client-connectparticipant';
import type {
  FinalizeRequestMiddleware,
  HandlerExecutionContext,
  InitializeMiddleware,
  MiddlewareStack,
} from '@smithy/types';
import { type Operation, QUOTAS } from '../../local/connect/index.ts';

/** Why the acceptance test cannot go on: one sentence for whoever runs it. */
export class Problem extends Error {}

/** A request that was not carried out. */
export class RequestError extends Problem {
  /** The error's name, such as `InvalidRequestException`. */
  readonly type: string;
  /** The HTTP status; `undefined` where there was no answer. */
  readonly status: number | undefined;

  constructor(operation: Operation, thrown: unknown) {
    const { name, message, $metadata, problems } = thrown as Error & {
      $metadata?: { httpStatusCode?: number };
      problems?: { message?: string }[];
    };
    const status = $metadata?.httpStatusCode;
    const details = problems?.map(problem => problem.message).join(' ') || message;
    super(`${whatFailed(operation, name, status)} ${details.replaceAll(/\s+/g, ' ').replace(/\.?$/, '.')}`);
    this.type = name;
    this.status = status;
  }
}

function whatFailed(operation: Operation, type: string, status: number | undefined): string {
  if (/Credentials|ExpiredToken|UnrecognizedClient|InvalidSignature|InvalidClientToken/.test(type))
    return 'AWS does not accept the credentials, or there are none:';
  if (status === undefined) return `Amazon Connect could not be reached (${operation}):`;
  if (type === 'AccessDeniedException') return `Missing permission: connect:${operation}; --help has what is needed.`;
  if (operation === 'ListContactFlowModules' && (status === 404 || type === 'InvalidParameterException'))
    return 'There is no such instance in this account and Region: check --instance-arn.';
  return `Amazon Connect refuses ${operation} (${type}):`;
}

/** Whether a request may have been carried out all the same: its answer was lost, or the SDK's next attempt says so. */
function mayBeDone(error: unknown): boolean {
  return error instanceof RequestError && ((error.status ?? 500) >= 500 || error.type === 'DuplicateResourceException');
}

/** A chat that the acceptance test started. */
export interface Chat {
  name: string;
  /** Empty where Amazon Connect's answer was lost. */
  id: string;
  /** The customer's connection; empty where nobody is connected. */
  token: string;
}

/**
 * An Amazon Connect instance: what the acceptance test does there, and what it made there. No operation is asked for more
 * often than its default quota allows. Everything throws {@link RequestError}, and what the signal was aborted with.
 */
export class Instance {
  /** Chats that may still be open. */
  readonly open = new Set<Chat>();
  /** The flow that was created; without an id where Amazon Connect's answer was lost. */
  flow: { id: string; name: string } | undefined;
  readonly #instance: { InstanceId: string };
  readonly #connect: Connect;
  readonly #participant: ConnectParticipant;
  readonly #nextAt = new Map<Operation, number>();
  #signal: AbortSignal | undefined;

  /** @param signal ends everything but a request under way, and {@link cleanUp} */
  constructor(id: string, region: string, signal: AbortSignal) {
    this.#instance = { InstanceId: id };
    this.#connect = new Connect({ region });
    this.#participant = new ConnectParticipant({ region });
    this.#signal = signal;
    const paced: FinalizeRequestMiddleware<object, object> = (next, context) => async request => {
      await this.#place(operationOf(context));
      return next(request);
    };
    for (const { middlewareStack } of [this.#connect, this.#participant]) {
      const stack = middlewareStack as MiddlewareStack<object, object>;
      stack.add(explained);
      // Inside the SDK's retries: each attempt waits for its place.
      stack.addRelativeTo(paced, { relation: 'after', toMiddleware: 'retryMiddleware' });
    }
  }

  /** The id of the flow module with this name; `undefined` where there is none. */
  async moduleId(name: string): Promise<string | undefined> {
    const pages = paginateListContactFlowModules({ client: this.#connect }, this.#instance);
    for await (const { ContactFlowModulesSummaryList: modules } of pages) {
      const found = modules?.find(module => module.Name === name);
      if (found) return found.Id;
    }
    return undefined;
  }

  async createFlow(name: string, Content: string): Promise<void> {
    const flow = { id: '', name };
    this.flow = flow;
    const input = { ...this.#instance, Name: name, Type: 'CONTACT_FLOW', Content } as const;
    const { ContactFlowId = '' } = await this.#connect.createContactFlow(input).catch(error => {
      if (!mayBeDone(error)) this.flow = undefined;
      throw error;
    });
    flow.id = ContactFlowId;
  }

  /** Starts a chat. Where there is a first message, its customer is connected. */
  async start(name: string, chat: { CustomerId?: string; Attributes?: Record<string, string>; message?: string }) {
    const { message, ...members } = chat;
    const started: Chat = { name, id: '', token: '' };
    this.open.add(started);
    const input = {
      ...this.#instance,
      ContactFlowId: this.flow?.id,
      ParticipantDetails: { DisplayName: 'Verify' },
      ...(message && { InitialMessage: { ContentType: 'text/plain', Content: message } }),
      ...members,
    };
    const { ContactId = '', ParticipantToken } = await this.#connect.startChatContact(input).catch(error => {
      if (!mayBeDone(error)) this.open.delete(started);
      throw error;
    });
    started.id = ContactId;
    if (message === undefined) return started;
    const { ConnectionCredentials } = await this.#participant.createParticipantConnection({
      ParticipantToken,
      Type: ['WEBSOCKET', 'CONNECTION_CREDENTIALS'],
      // Without it, a customer without a websocket does not count as connected (API reference).
      ConnectParticipant: true,
    });
    started.token = ConnectionCredentials?.ConnectionToken ?? '';
    return started;
  }

  async say({ token: ConnectionToken }: Chat, Content: string): Promise<void> {
    await this.#participant.sendMessage({ ConnectionToken, ContentType: 'text/plain', Content });
  }

  /** All messages that the customer of an open chat can see, past ones included. */
  async messages({ token: ConnectionToken }: Chat): Promise<string[]> {
    const messages: string[] = [];
    // Past messages are on later pages, with ScanDirection BACKWARD only.
    const input = { ConnectionToken, MaxResults: 100, ScanDirection: 'BACKWARD' } as const;
    for await (const { Transcript = [] } of paginateGetTranscript({ client: this.#participant }, input))
      messages.push(...Transcript.flatMap(item => item.Content ?? []));
    return messages;
  }

  async attributes({ id }: Chat): Promise<Record<string, string>> {
    const input = { ...this.#instance, InitialContactId: id };
    return (await this.#connect.getContactAttributes(input)).Attributes ?? {};
  }

  async describe({ id }: Chat): Promise<Contact> {
    return (await this.#connect.describeContact({ ...this.#instance, ContactId: id })).Contact ?? {};
  }

  /**
   * Makes a chat continue another one, as the block does, and without its checks. Returns how it was refused, if so.
   *
   * @param ClientToken the SDK fills in none, and would take its own second attempt for another association
   */
  async associate(chat: Chat, source: Chat, ClientToken: string = randomUUID()): Promise<RequestError | undefined> {
    const rehydration = { RehydrationType: 'FROM_SEGMENT', SourceContactId: source.id } as const;
    const input = { ...this.#instance, InitialContactId: chat.id, ...rehydration, ClientToken };
    try {
      await this.#connect.createPersistentContactAssociation(input);
      return undefined;
    } catch (error) {
      if (!(error instanceof RequestError) || !error.status || error.type === 'AccessDeniedException') throw error;
      return error;
    }
  }

  async stop(chat: Chat): Promise<void> {
    try {
      await this.#connect.stopContact({ ...this.#instance, ContactId: chat.id });
    } catch (error) {
      if (!(error instanceof RequestError && error.type === 'ContactNotFoundException')) throw error;
    }
    this.open.delete(chat);
  }

  /** Stops the open chats and deletes the flow, also after an abort. Returns a sentence for each that it could not. */
  async cleanUp(): Promise<string[]> {
    this.#signal = undefined;
    const left: string[] = [];
    for (const chat of this.open) {
      if (!chat.id) left.push(`Chat ${chat.name} may have started: Amazon Connect did not say so.`);
      else await this.stop(chat).catch(({ message }) => left.push(`Chat ${chat.id} could not be stopped. ${message}`));
    }
    if (!this.flow) return left;
    const { id, name } = this.flow;
    if (!id)
      return [...left, `The flow ${name} may exist: look in the admin website, Routing, Flows, and delete it there.`];
    await this.#connect
      .deleteContactFlow({ ...this.#instance, ContactFlowId: id })
      .catch(({ message }) => left.push(`The flow ${name} (${id}) could not be deleted. ${message}`));
    return left;
  }

  /** Waits, unless the signal is aborted. */
  async pause(ms: number): Promise<void> {
    await sleep(Math.max(0, ms), undefined, this.#signal && { signal: this.#signal }).catch(() => undefined);
    this.#signal?.throwIfAborted();
  }

  /** Waits for a place in an operation's default quota. */
  async #place(operation: Operation): Promise<void> {
    const at = Math.max(Date.now(), this.#nextAt.get(operation) ?? 0);
    this.#nextAt.set(operation, at + 1_000 / QUOTAS[operation].rate);
    await this.pause(at - Date.now());
  }
}

const explained: InitializeMiddleware<object, object> = (next, context) => request =>
  next(request).catch(error => {
    throw error instanceof Problem ? error : new RequestError(operationOf(context), error);
  });

function operationOf({ commandName = '' }: HandlerExecutionContext): Operation {
  return commandName.replace(/Command$/, '') as Operation;
}
