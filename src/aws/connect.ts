import { hash } from 'node:crypto';
import {
  type ConnectClient,
  CreatePersistentContactAssociationCommand,
  DescribeContactCommand,
  ListAssociatedContactsCommand,
} from '@aws-sdk/client-connect';
import { type DescribedContact, isToken, type ListedContact, readContact, readSummaries } from './answers.ts';
import { type Deadline, TIMES } from './deadline.ts';
import { type Answer, invalidResponse, type ServiceError, serviceError, whyUnanswered } from './failure.ts';
import { type RetryOptions, retryUntilDeadline } from './retry.ts';

/** An association to ask for. */
export interface Association {
  contactId: string;
  /** The session's initial contact for `ENTIRE_PAST_SESSION`; any past chat for `FROM_SEGMENT`. */
  sourceContactId: string;
  rehydrationType: 'ENTIRE_PAST_SESSION' | 'FROM_SEGMENT';
}

/** An operation of Amazon Connect that this function calls; its role needs `connect:` and this name. */
export type Operation = 'CreatePersistentContactAssociation' | 'DescribeContact' | 'ListAssociatedContacts';

/** Of 100 contacts each. Connect itself goes back over at most 100 past ones (feature specifications). */
const LIST_PAGES_MAX = 2;
/** After so many answers that cannot be read, the list is not asked for again, because its quota is small. */
const LIST_UNREADABLE_MAX = 3;

/**
 * The operations of one Amazon Connect instance for one invocation, each retried until its deadline. Nothing else calls
 * Amazon Connect, and nothing here knows of flows. All throw an `OperatorError` for what only an operator can fix.
 */
export class AmazonConnect {
  /** How many attempts each operation took so far. */
  readonly attempts = { CreatePersistentContactAssociation: 0, DescribeContact: 0, ListAssociatedContacts: 0 };
  /** The last error of each operation that failed. */
  readonly errors: Partial<Record<Operation, ServiceError>> = {};
  readonly #answered = new Set<Operation>();
  readonly #client: ConnectClient;
  readonly #instance: { id: string; arn: string };

  /** @param instance as the event names it: the ARN is for the error that says what the policy lacks */
  constructor(client: ConnectClient, instance: { id: string; arn: string }) {
    this.#client = client;
    this.#instance = instance;
  }

  /** Makes a chat persistent; the value is the id of the contact that it continues. */
  associate(association: Association, deadline: Deadline, options: RetryOptions): Promise<Answer<string>> {
    const { contactId, sourceContactId, rehydrationType } = association;
    const command = new CreatePersistentContactAssociationCommand({
      InstanceId: this.#instance.id,
      // Despite its name: "the contactId of the current contact" (API reference).
      InitialContactId: contactId,
      SourceContactId: sourceContactId,
      RehydrationType: rehydrationType,
      ClientToken: clientToken(this.#instance.id, association),
    });
    const attempt = async (abortSignal: AbortSignal) => {
      const { ContinuedFromContactId: id, $metadata } = await this.#client.send(command, { abortSignal });
      if (typeof id === 'string' && id.trim()) return id;
      throw invalidResponse('The answer has no ContinuedFromContactId.', $metadata);
    };
    return this.#call('CreatePersistentContactAssociation', deadline, attempt, options);
  }

  /** Describes a contact. */
  describe(contactId: string, deadline: Deadline, options: RetryOptions = {}): Promise<Answer<DescribedContact>> {
    const command = new DescribeContactCommand({ InstanceId: this.#instance.id, ContactId: contactId });
    const attempt = async (abortSignal: AbortSignal) => {
      const { Contact: answered, $metadata } = await this.#client.send(command, { abortSignal });
      const contact = readContact(answered, contactId);
      if (contact) return contact;
      throw invalidResponse('The answer is not the contact that was asked for, or makes no sense.', $metadata);
    };
    return this.#call('DescribeContact', deadline, attempt, options);
  }

  /** Lists the contacts associated with a contact: its session, and the contacts that are linked with it. */
  async listAssociated(contactId: string, deadline: Deadline): Promise<Answer<ListedContact[]>> {
    const input = { InstanceId: this.#instance.id, ContactId: contactId, MaxResults: 100 };
    const summaries: ListedContact[] = [];
    let nextToken: string | undefined;
    for (let page = 0; page < LIST_PAGES_MAX; page++) {
      const command = new ListAssociatedContactsCommand({ ...input, NextToken: nextToken });
      const attempt = async (abortSignal: AbortSignal) => {
        const { ContactSummaryList, NextToken, $metadata } = await this.#client.send(command, { abortSignal });
        const list = readSummaries(ContactSummaryList);
        if (list && isToken(NextToken)) return { list, NextToken };
        throw invalidResponse('The answer is not a list of contacts.', $metadata);
      };
      const options = { unreadableMax: LIST_UNREADABLE_MAX };
      const answer = await this.#call('ListAssociatedContacts', deadline, attempt, options);
      if (!('value' in answer)) return answer;
      summaries.push(...answer.value.list);
      nextToken = answer.value.NextToken;
      if (!nextToken) break;
    }
    return { value: summaries };
  }

  async #call<Value>(
    operation: Operation,
    deadline: Deadline,
    attempt: (abortSignal: AbortSignal) => Promise<Value>,
    options: RetryOptions,
  ): Promise<Answer<Value>> {
    const countedAttempt = (abortSignal: AbortSignal) => {
      this.attempts[operation] += 1;
      return attempt(abortSignal);
    };
    // A chat that has already used up part of this quota gets priority; otherwise that request would be wasted.
    const longestPause = this.#answered.has(operation) ? TIMES.firstPause : undefined;
    const ended = await retryUntilDeadline(deadline, countedAttempt, { longestPause, ...options });
    if ('value' in ended) {
      this.#answered.add(operation);
      return ended;
    }
    this.errors[operation] = serviceError(operation, ended.error);
    // Service authorization reference: the list is authorised against the contact alone, the others against both.
    const { arn } = this.#instance;
    const resources = operation === 'ListAssociatedContacts' ? '' : `both resources, "${arn}" and `;
    const permission = `connect:${operation}. Allow this action on ${resources}"${arn}/contact/*",`;
    return { ...whyUnanswered('Amazon Connect', ended.error, permission), resultUnknown: ended.resultUnknown };
  }
}

/**
 * The `ClientToken` of an association: derived from what is sent, so that every retry, and every invocation that
 * Connect repeats (up to three times), carries the same one and the chat is associated once. 64 characters of 500.
 */
export function clientToken(instanceId: string, { contactId, sourceContactId, rehydrationType }: Association): string {
  // JSON keeps the parts apart and escapes lone surrogates, which UTF-8 would all turn into the same character.
  return hash('sha256', JSON.stringify([instanceId, contactId, sourceContactId, rehydrationType]));
}
