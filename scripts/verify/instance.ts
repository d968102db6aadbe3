import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-connect';
import { ConnectParticipant, paginateGetTranscript } from '@aws-sdk/client-connectparticipant';
import { Problem } from './problems.ts';
import { Requests, type Timing } from './requests.ts';

/** A chat that the acceptance test started. */
export interface Chat {
  name: string;
  /** Empty until Amazon Connect has answered. */
  id: string;
  /** The customer's connection; empty if nobody is connected. */
  token: string;
  request: sdk.StartChatContactRequest;
}

/** An Amazon Connect instance: what the acceptance test does there, and what it made there. All throws {@link Problem}. */
export class Instance {
  readonly started: Chat[] = [];
  /** Chats that may still be open. */
  readonly open = new Set<Chat>();
  /** The flow that was created; without an id until Amazon Connect has answered. */
  flow: { id: string; name: string } | undefined;
  readonly requests: Requests;
  readonly #instance: { InstanceId: string };
  readonly #connect: sdk.Connect;
  readonly #participant: ConnectParticipant;

  /** @param signal ends everything but the clean-up */
  constructor(id: string, region: string, signal: AbortSignal, timing?: Partial<Timing>) {
    this.#instance = { InstanceId: id };
    this.#connect = new sdk.Connect({ region });
    this.#participant = new ConnectParticipant({ region });
    this.requests = new Requests(signal, timing);
    for (const client of [this.#connect, this.#participant]) this.requests.govern(client);
  }

  async moduleId(name: string): Promise<string | undefined> {
    const pages = sdk.paginateListContactFlowModules({ client: this.#connect }, this.#instance);
    const modules = (await Array.fromAsync(pages)).flatMap(page => page.ContactFlowModulesSummaryList ?? []);
    return modules.find(module => module.Name === name)?.Id;
  }

  async flowId(name: string): Promise<string | undefined> {
    const input = { ...this.#instance, ContactFlowTypes: ['CONTACT_FLOW' as const] };
    const pages = sdk.paginateListContactFlows({ client: this.#connect }, input);
    const flows = (await Array.fromAsync(pages)).flatMap(page => page.ContactFlowSummaryList ?? []);
    return flows.find(flow => flow.Name === name)?.Id;
  }

  /** Creates a flow. If the answer to an attempt is lost, the next attempt finds the flow. */
  async createFlow(name: string, Content: string): Promise<void> {
    const flow = { id: '', name };
    this.flow = flow;
    const input = { ...this.#instance, Name: name, Type: 'CONTACT_FLOW', Content } as const;
    const { ContactFlowId } = await this.#connect.createContactFlow(input).catch(async (error: Problem) => {
      if (error.type === 'DuplicateResourceException') return { ContactFlowId: await this.flowId(name) };
      if (!error.mayBeDone) this.flow = undefined;
      throw error;
    });
    flow.id = ContactFlowId ?? '';
  }

  async deleteFlow(ContactFlowId: string): Promise<void> {
    const deleted = this.#connect.deleteContactFlow({ ...this.#instance, ContactFlowId });
    await deleted.catch(unless('ResourceNotFoundException'));
    this.flow = undefined;
  }

  /** Starts a chat. If there is a first message, its customer is connected. */
  async start(
    name: string,
    { message, ...members }: Pick<sdk.StartChatContactRequest, 'CustomerId' | 'Attributes'> & { message?: string },
  ) {
    const request: sdk.StartChatContactRequest = {
      ...this.#instance,
      ContactFlowId: this.flow?.id,
      ParticipantDetails: { DisplayName: 'Verify' },
      ClientToken: randomUUID(),
      ...(message && { InitialMessage: { ContentType: 'text/plain', Content: message } }),
      ...members,
    };
    const started: Chat = { name, id: '', token: '', request };
    this.open.add(started);
    const { ParticipantToken } = await this.startAgain(started).catch((error: Problem) => {
      if (!error.mayBeDone) this.open.delete(started);
      throw error;
    });
    this.started.push(started);
    if (message === undefined) return started;
    const Type = ['WEBSOCKET' as const, 'CONNECTION_CREDENTIALS' as const];
    // Without ConnectParticipant, a customer without a websocket does not count as connected (API reference).
    const input = { ParticipantToken, Type, ConnectParticipant: true };
    const { ConnectionCredentials } = await this.#participant.createParticipantConnection(input);
    started.token = ConnectionCredentials?.ConnectionToken ?? '';
    return started;
  }

  /** Sends a chat's request (again): its `ClientToken` gets the answer for the same chat, for seven days (API reference). */
  async startAgain(chat: Chat) {
    const answer = await this.#connect.startChatContact(chat.request);
    chat.id = answer.ContactId ?? '';
    return answer;
  }

  async say({ token: ConnectionToken }: Chat, Content: string): Promise<void> {
    await this.#participant.sendMessage({ ConnectionToken, ContentType: 'text/plain', Content });
  }

  /** All messages that the customer of an open chat can see, past ones included. */
  async messages({ token: ConnectionToken }: Chat): Promise<string[]> {
    // Past messages are on later pages, with ScanDirection BACKWARD only.
    const input = { ConnectionToken, MaxResults: 100, ScanDirection: 'BACKWARD' } as const;
    const pages = await Array.fromAsync(paginateGetTranscript({ client: this.#participant }, input));
    return pages.flatMap(({ Transcript = [] }) => Transcript.flatMap(item => item.Content ?? []));
  }

  async attributes({ id }: Chat): Promise<Record<string, string>> {
    const input = { ...this.#instance, InitialContactId: id };
    return (await this.#connect.getContactAttributes(input)).Attributes ?? {};
  }

  async describe({ id }: Chat): Promise<sdk.Contact> {
    return (await this.#connect.describeContact({ ...this.#instance, ContactId: id })).Contact ?? {};
  }

  /**
   * Makes a chat continue another one, as the block does, but without its checks. Returns the refusal, if any. Throws
   * missing permissions, throttling and failures, which have nothing to do with the chats.
   *
   * @param ClientToken the SDK fills in none, so that its own second attempt would count as another association
   */
  async associate(chat: Chat, source: Chat, ClientToken: string = randomUUID()): Promise<Problem | undefined> {
    const rehydration = { RehydrationType: 'FROM_SEGMENT', SourceContactId: source.id } as const;
    const input = { ...this.#instance, InitialContactId: chat.id, ...rehydration, ClientToken };
    try {
      await this.#connect.createPersistentContactAssociation(input);
      return undefined;
    } catch (error) {
      if (error instanceof Problem && ![undefined, 403, 429].includes(error.status)) return error;
      throw error;
    }
  }

  async stop(chat: Chat): Promise<void> {
    const stopped = this.#connect.stopContact({ ...this.#instance, ContactId: chat.id });
    await stopped.catch(unless('ContactNotFoundException'));
    this.open.delete(chat);
  }
}

/** Ignores an error that says that it has ended already: an earlier attempt, whose answer was lost, ended it. */
function unless(type: string): (error: Problem) => void {
  return error => {
    if (error.type !== type) throw error;
  };
}
