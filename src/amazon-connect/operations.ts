import {
  type ConnectClient,
  type ConnectClientResolvedConfig,
  type Contact,
  CreatePersistentContactAssociationCommand,
  DescribeContactCommand,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-connect';
import { getRetryPlugin } from '@smithy/core/retry';
import type {
  AbsoluteLocation,
  Command,
  FinalizeRequestHandlerOptions,
  ResponseMetadata,
  SdkError,
} from '@smithy/types';
import type { Deadline } from '../deadline.ts';
import type { RehydrationType } from '../outcome.ts';
import { type Answer, answerToFailure, type ServiceError, serviceError } from './answer.ts';
import { clientToken } from './client-token.ts';
import { isContact } from './contact.ts';
import { RetryUntilDeadline } from './retry-until-deadline.ts';

/** An association to ask for. */
export interface Association {
  /** The current contact: the one that the operation is called from. */
  contactId: string;
  /** The session's initial contact for `ENTIRE_PAST_SESSION`; any past chat for `FROM_SEGMENT`. */
  sourceContactId: string;
  rehydrationType: RehydrationType;
}

/** An operation of Amazon Connect that this function calls; its role needs `connect:` and this name. */
export type Operation = 'CreatePersistentContactAssociation' | 'DescribeContact';

/**
 * The only door to Amazon Connect, for one invocation. It knows nothing of flows. Its operations throw what only the
 * operator can mend: `MissingPermissionError`, `CredentialsError`, `MissingRegionError`.
 */
export interface AmazonConnect {
  /** Makes a chat persistent; the value is the id of the contact that it continues. */
  associate(association: Association, deadline: Deadline): Promise<Answer<string>>;
  /** Describes a contact. */
  describe(contactId: string, deadline: Deadline): Promise<Answer<Contact>>;
  /** How many attempts each operation took so far. */
  readonly attempts: Record<Operation, number>;
  /** What the requests that failed met last. */
  readonly errors: Partial<Record<Operation, ServiceError>>;
}

/**
 * The operations of one instance, each retried until its deadline.
 *
 * @param instance as the event names it: the id for requests, the ARN for the error that says what the policy lacks
 */
export function amazonConnect(client: ConnectClient, instance: { id: string; arn: string }): AmazonConnect {
  const attempts = { CreatePersistentContactAssociation: 0, DescribeContact: 0 };
  const errors: AmazonConnect['errors'] = {};

  async function send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes, Value>(
    operation: Operation,
    command: ConnectCommand<Input, Output>,
    read: (output: Output) => Value | undefined,
    deadline: Deadline,
  ): Promise<Answer<Value>> {
    const strategy = new RetryUntilDeadline(deadline);
    command.middlewareStack.use(
      getRetryPlugin({ retryStrategy: async () => strategy, maxAttempts: async () => SHOWN_MOST_ATTEMPTS }),
    );
    command.middlewareStack.add(
      next => async args => {
        const result = await next(args);
        if (read(result.output) === undefined) throw new SenselessAnswerError(result.output.$metadata);
        return result;
      },
      INSIDE_EACH_ATTEMPT,
    );
    try {
      const output = await client.send(command, { abortSignal: deadline.signal });
      return { kind: 'answered', value: read(output) as Value };
    } catch (error) {
      errors[operation] = serviceError(operation, strategy, error as SdkError);
      return answerToFailure(operation, instance.arn, strategy, error as SdkError);
    } finally {
      attempts[operation] += strategy.attempts;
    }
  }

  return {
    associate: ({ contactId, sourceContactId, rehydrationType }, deadline) =>
      send(
        'CreatePersistentContactAssociation',
        new CreatePersistentContactAssociationCommand({
          InstanceId: instance.id,
          // Despite its name: "the contactId of the current contact" (API reference).
          InitialContactId: contactId,
          SourceContactId: sourceContactId,
          RehydrationType: rehydrationType,
          ClientToken: clientToken(instance.id, contactId, sourceContactId, rehydrationType),
        }),
        ({ ContinuedFromContactId: id }) => (typeof id === 'string' && id.trim() ? id : undefined),
        deadline,
      ),
    describe: (contactId, deadline) =>
      send(
        'DescribeContact',
        new DescribeContactCommand({ InstanceId: instance.id, ContactId: contactId }),
        ({ Contact: contact }) => (isContact(contact) ? contact : undefined),
        deadline,
      ),
    attempts,
    errors,
  };
}

type ConnectCommand<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = Command<
  ServiceInputTypes,
  Input,
  ServiceOutputTypes,
  Output,
  ConnectClientResolvedConfig
>;

/** The deadline ends the attempts; this number only stands in a header of the request (`amz-sdk-request`). */
const SHOWN_MOST_ATTEMPTS = 99;

/** After the retry middleware (priority `high`), so that what is thrown here is retried as any other bad answer. */
const INSIDE_EACH_ATTEMPT: FinalizeRequestHandlerOptions & AbsoluteLocation = {
  step: 'finalizeRequest',
  priority: 'low',
};

/** An answer without what was asked for, the id of the continued contact say. */
class SenselessAnswerError extends Error {
  override name = 'SenselessAnswerError';
  /** Tells the SDK, and the retry strategy, that the next answer may be better. */
  readonly $retryable = {};
  readonly $metadata: ResponseMetadata;

  constructor(metadata: ResponseMetadata) {
    super('The answer lacks what was asked for.');
    this.$metadata = metadata;
  }
}
