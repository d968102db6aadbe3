import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connect, type Contact } from '@aws-sdk/client-connect';
import { ConnectParticipant } from '@aws-sdk/client-connectparticipant';
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

/** A chat that the acceptance test started. */
export interface Chat {
  name: string;
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
  /** The flow that was created. */
  flow: { id: string; name: string } | undefined;
  readonly #id: string;
  readonly #connect: Connect;
  readonly #participant: ConnectParticipant;
  readonly #nextAt = new Map<Operation, number>();
  #signal: AbortSignal | undefined;

  /** @param signal ends everything but a request under way, and {@link cleanUp} */
  constructor(id: string, region: string, signal: AbortSignal) {
    this.#id = id;
    this.#connect = new Connect({ region });
    this.#participant = new ConnectParticipant({ region });
    this.#signal = signal;
  }

  /** The id of the flow module with this name; `undefined` where there is none. */
  async moduleId(name: string): Promise<string | undefined> {
    let NextToken: string | undefined;
    do {
      const input = { InstanceId: this.#id, NextToken };
      const page = await this.#ask('ListContactFlowModules', () => this.#connect.listContactFlowModules(input));
      const found = page.ContactFlowModulesSummaryList?.find(module => module.Name === name);
      if (found) return found.Id;
      NextToken = page.NextToken;
    } while (NextToken);
    return undefined;
  }

  async createFlow(name: string, Content: string): Promise<void> {
    const input = { InstanceId: this.#id, Name: name, Type: 'CONTACT_FLOW', Content } as const;
    this.flow = { id: '', name };
    try {
      const { ContactFlowId } = await this.#ask('CreateContactFlow', () => this.#connect.createContactFlow(input));
      this.flow = { id: ContactFlowId ?? '', name };
    } catch (error) {
      // After an answer that was lost, the SDK's next attempt finds the name taken.
      const { status = 500, type } = error as RequestError;
      if (status < 500 && type !== 'DuplicateResourceException') this.flow = undefined;
      throw error;
    }
  }

  /** Starts a chat. Where there is a first message, its customer is connected. */
  async start(name: string, chat: { CustomerId?: string; Attributes?: Record<string, string>; message?: string }) {
    const { message, ...members } = chat;
    const input = {
      InstanceId: this.#id,
      ContactFlowId: this.flow?.id,
      ParticipantDetails: { DisplayName: 'Verify' },
      ...(message && { InitialMessage: { ContentType: 'text/plain', Content: message } }),
      ClientToken: randomUUID(),
      ...members,
    };
    const answer = await this.#ask('StartChatContact', () => this.#connect.startChatContact(input));
    const started: Chat = { name, id: answer.ContactId ?? '', token: '' };
    this.open.add(started);
    if (message === undefined) return started;
    const connection = await this.#ask('CreateParticipantConnection', () =>
      this.#participant.createParticipantConnection({
        ParticipantToken: answer.ParticipantToken,
        Type: ['WEBSOCKET', 'CONNECTION_CREDENTIALS'],
        // Without it, a customer without a websocket does not count as connected (API reference).
        ConnectParticipant: true,
      }),
    );
    started.token = connection.ConnectionCredentials?.ConnectionToken ?? '';
    return started;
  }

  async say({ token: ConnectionToken }: Chat, Content: string): Promise<void> {
    const input = { ConnectionToken, ContentType: 'text/plain', Content };
    await this.#ask('SendMessage', () => this.#participant.sendMessage(input));
  }

  /** All messages that the customer of an open chat can see, past ones included. */
  async messages({ token: ConnectionToken }: Chat): Promise<string[]> {
    const messages: string[] = [];
    let NextToken: string | undefined;
    do {
      // Past messages are on later pages, with ScanDirection BACKWARD only.
      const input = { ConnectionToken, MaxResults: 100, ScanDirection: 'BACKWARD', NextToken } as const;
      const page = await this.#ask('GetTranscript', () => this.#participant.getTranscript(input));
      messages.push(...(page.Transcript ?? []).flatMap(item => item.Content ?? []));
      NextToken = page.NextToken;
    } while (NextToken);
    return messages;
  }

  async attributes({ id }: Chat): Promise<Record<string, string>> {
    const input = { InstanceId: this.#id, InitialContactId: id };
    return (await this.#ask('GetContactAttributes', () => this.#connect.getContactAttributes(input))).Attributes ?? {};
  }

  async describe({ id }: Chat): Promise<Contact> {
    const input = { InstanceId: this.#id, ContactId: id };
    return (await this.#ask('DescribeContact', () => this.#connect.describeContact(input))).Contact ?? {};
  }

  /** Makes a chat continue another one, as the block does, and without its checks. Returns how it was refused, if so. */
  async associate(chat: Chat, source: Chat, ClientToken: string = randomUUID()): Promise<RequestError | undefined> {
    const rehydration = { RehydrationType: 'FROM_SEGMENT', SourceContactId: source.id } as const;
    const input = { InstanceId: this.#id, InitialContactId: chat.id, ...rehydration, ClientToken };
    try {
      const operation = 'CreatePersistentContactAssociation';
      await this.#ask(operation, () => this.#connect.createPersistentContactAssociation(input));
      return undefined;
    } catch (error) {
      if (!(error instanceof RequestError) || !error.status || error.type === 'AccessDeniedException') throw error;
      return error;
    }
  }

  async stop(chat: Chat): Promise<void> {
    const input = { InstanceId: this.#id, ContactId: chat.id };
    try {
      await this.#ask('StopContact', () => this.#connect.stopContact(input));
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
      await this.stop(chat).catch(({ message }) => left.push(`Chat ${chat.id} could not be stopped. ${message}`));
    }
    if (!this.flow) return left;
    const { id, name } = this.flow;
    if (!id)
      return [...left, `The flow ${name} may exist: look in the admin website, Routing, Flows, and delete it there.`];
    const input = { InstanceId: this.#id, ContactFlowId: id };
    await this.#ask('DeleteContactFlow', () => this.#connect.deleteContactFlow(input)).catch(({ message }) =>
      left.push(`The flow ${name} (${id}) could not be deleted. ${message}`),
    );
    return left;
  }

  /** Waits, unless the signal is aborted. */
  async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, this.#signal && { signal: this.#signal }).catch(() => undefined);
    this.#signal?.throwIfAborted();
  }

  /** Sends a request once its operation has a place in the default quota. */
  async #ask<T>(operation: Operation, send: () => Promise<T>): Promise<T> {
    const at = Math.max(Date.now(), this.#nextAt.get(operation) ?? 0);
    this.#nextAt.set(operation, at + 1_000 / QUOTAS[operation].rate);
    await this.pause(at - Date.now());
    try {
      return await send();
    } catch (error) {
      throw new RequestError(operation, error);
    }
  }
}
