import {
  type AssociatedContactSummary,
  type ConnectClient,
  type Contact,
  CreatePersistentContactAssociationCommand,
  DescribeContactCommand,
  ListAssociatedContactsCommand,
} from '@aws-sdk/client-connect';
import { retryUntilDeadline } from '../aws/retry-until-deadline.ts';
import { InvalidResponseError, type ServiceError, serviceError } from '../aws/service-error.ts';
import type { Deadline } from '../deadline.ts';
import { type Answer, answerToFailure } from './answer.ts';
import { clientToken } from './client-token.ts';
import { areSummaries, isContact, isToken } from './contact.ts';

/** An association to ask for. */
export interface Association {
  /** The current contact: the one that the operation is called from. */
  contactId: string;
  /** The session's initial contact for `ENTIRE_PAST_SESSION`; any past chat for `FROM_SEGMENT`. */
  sourceContactId: string;
  rehydrationType: 'ENTIRE_PAST_SESSION' | 'FROM_SEGMENT';
}

/** An operation of Amazon Connect that this function calls; its role needs `connect:` and this name. */
export type Operation = 'CreatePersistentContactAssociation' | 'DescribeContact' | 'ListAssociatedContacts';

/** More than 200 contacts of one session are not read: at most 100 past ones are traversed (feature specifications). */
const LIST_PAGES_MAX = 2;
const LIST_PAGE_SIZE = 100;

/**
 * The only door to Amazon Connect, for one invocation. It knows nothing of flows. Its operations throw what only an
 * operator can fix: `MissingPermissionError`, `CredentialsError`, `CertificateError`, `MissingRegionError`.
 */
export interface AmazonConnect {
  /** Makes a chat persistent; the value is the id of the contact that it continues. */
  associate(association: Association, deadline: Deadline): Promise<Answer<string>>;
  /** Describes a contact. */
  describe(contactId: string, deadline: Deadline): Promise<Answer<Contact>>;
  /** Lists the contacts associated with a contact: its session, for all that is known, and perhaps others. */
  listAssociated(contactId: string, deadline: Deadline): Promise<Answer<AssociatedContactSummary[]>>;
  /** How many attempts each operation took so far. */
  readonly attempts: Readonly<Record<Operation, number>>;
  /** What the requests that failed met last. */
  readonly errors: Readonly<Partial<Record<Operation, ServiceError>>>;
}

/**
 * The operations of one instance, each retried until its deadline.
 *
 * @param instance as the event names it: the id for requests, the ARN for the error that says what the policy lacks
 */
export function amazonConnect(client: ConnectClient, instance: { id: string; arn: string }): AmazonConnect {
  const attempts = { CreatePersistentContactAssociation: 0, DescribeContact: 0, ListAssociatedContacts: 0 };
  const errors: Partial<Record<Operation, ServiceError>> = {};

  async function call<Value>(
    operation: Operation,
    deadline: Deadline,
    attempt: (options: { abortSignal: AbortSignal }) => Promise<Value>,
  ): Promise<Answer<Value>> {
    try {
      const value = await retryUntilDeadline(deadline, abortSignal => {
        attempts[operation] += 1;
        return attempt({ abortSignal });
      });
      return { kind: 'answered', value };
    } catch (error) {
      errors[operation] = serviceError(operation, error);
      return answerToFailure(operation, instance.arn, error);
    }
  }

  return {
    associate({ contactId, sourceContactId, rehydrationType }, deadline) {
      const command = new CreatePersistentContactAssociationCommand({
        InstanceId: instance.id,
        // Despite its name: "the contactId of the current contact" (API reference).
        InitialContactId: contactId,
        SourceContactId: sourceContactId,
        RehydrationType: rehydrationType,
        ClientToken: clientToken(instance.id, contactId, sourceContactId, rehydrationType),
      });
      return call('CreatePersistentContactAssociation', deadline, async options => {
        const { ContinuedFromContactId: id, $metadata } = await client.send(command, options);
        if (typeof id !== 'string' || !id.trim()) {
          throw new InvalidResponseError('The answer has no ContinuedFromContactId.', $metadata);
        }
        return id;
      });
    },

    describe(contactId, deadline) {
      const command = new DescribeContactCommand({ InstanceId: instance.id, ContactId: contactId });
      return call('DescribeContact', deadline, async options => {
        const { Contact: contact, $metadata } = await client.send(command, options);
        if (!isContact(contact, contactId)) {
          throw new InvalidResponseError(
            'The answer is not the contact that was asked for, or makes no sense.',
            $metadata,
          );
        }
        return contact;
      });
    },

    async listAssociated(contactId, deadline) {
      const summaries: AssociatedContactSummary[] = [];
      let nextToken: string | undefined;
      for (let page = 0; page < LIST_PAGES_MAX; page++) {
        const command = new ListAssociatedContactsCommand({
          InstanceId: instance.id,
          ContactId: contactId,
          MaxResults: LIST_PAGE_SIZE,
          NextToken: nextToken,
        });
        const answer = await call('ListAssociatedContacts', deadline, async options => {
          const { ContactSummaryList: list, NextToken, $metadata } = await client.send(command, options);
          if (!areSummaries(list) || !isToken(NextToken)) {
            throw new InvalidResponseError('The answer is not a list of contacts.', $metadata);
          }
          return { list, NextToken };
        });
        if (answer.kind !== 'answered') return answer;
        summaries.push(...answer.value.list);
        nextToken = answer.value.NextToken;
        if (!nextToken) break;
      }
      return { kind: 'answered', value: summaries };
    },

    attempts,
    errors,
  };
}
