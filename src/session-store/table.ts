import { createHmac } from 'node:crypto';
import { type AttributeValue, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { clientConfig, warmUp } from '../aws/client.ts';
import type { Deadline } from '../aws/deadline.ts';
import { invalidResponse, serviceError, throwOperatorErrors, unavailableReason } from '../aws/failure.ts';
import { retryUntilDeadline } from '../aws/retry.ts';
import type { Customer } from '../customer.ts';
import { quoted, SessionStoreTableError } from '../errors.ts';
import type { ChatRequest } from '../request.ts';
import type { SessionStoreSettings } from '../settings.ts';
import { isJsonObject } from '../values.ts';
import { pastSessions, type Session, surplusSessions } from './sessions.ts';

/** At most this many sessions are removed for one chat: an expression has at most 4 KB. */
const REMOVED_MAX = 100;

// The table's key, and when DynamoDB deletes the item, seconds since 1970: both in template.yaml, too.
const KEY = 'customer';
const EXPIRES_AT = 'expiresAt';
/** Each session is an attribute: this and its initial contact's id, so that no id can be another attribute. */
const SESSION_PREFIX = 'session ';

/** What the session store did for a chat. */
export interface SessionRecord {
  /** Without a known customer, nothing is asked of the table. */
  customerKnown: boolean;
  attempts?: number;
  /** The initial contacts of the customer's past sessions, newest first. */
  pastSessions?: string[];
  /** The error, if the table refused the request or did not answer in time. */
  error?: { operation: string; name: string; message: string };
  /** The same error to be thrown, if only an operator can fix it. */
  misconfigured?: Error;
}

/** The recording of a session, which `stop` ends at once. Neither promise is ever rejected. */
interface Recording {
  record: Promise<SessionRecord>;
  /** Settled when the sessions that the item need not keep are removed, too. */
  done: Promise<unknown>;
  stop(): void;
}

interface ItemRequest {
  item: { TableName: string; Key: Record<string, AttributeValue> };
  deadline: Deadline;
  stop: AbortSignal;
}

/** Opens the session store of this deployment; `undefined` where it is off: nothing is made then, and nothing asked. */
export async function openSessionTable(settings: SessionStoreSettings | undefined): Promise<SessionTable | undefined> {
  if (!settings) return undefined;
  const client = new DynamoDBClient(clientConfig());
  const command = new UpdateItemCommand({ TableName: settings.table, Key: {} });
  await warmUp(command, (...given) => client.send(...given));
  return new SessionTable(client, settings);
}

/**
 * A table with one item for each customer. A session is recorded by one unconditional `UpdateItem`. DynamoDB carries
 * out one at a time, so parallel chats cannot corrupt an item; and repeating it changes nothing.
 */
export class SessionTable {
  readonly #client: DynamoDBClient;
  readonly #settings: SessionStoreSettings;

  constructor(client: DynamoDBClient, settings: SessionStoreSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  /**
   * Begins to record a chat's session and to read the customer's past ones, in one request, beside those to Amazon
   * Connect. Repeated, it answers the same. If no past contact is named, time is left for requests that need it.
   */
  record({ instanceId, initialContactId, customer, named }: ChatRequest, deadline: Deadline): Recording {
    if (!customer) {
      const record = Promise.resolve<SessionRecord>({ customerKnown: false });
      return { record, done: record, stop: () => undefined };
    }
    const { table, key } = this.#settings;
    const stopped = new AbortController();
    const request: ItemRequest = {
      item: { TableName: table, Key: { [KEY]: { S: customerKey(key, instanceId, customer) } } },
      deadline: named ? deadline : deadline.for('session store'),
      stop: stopped.signal,
    };
    const updated = this.#update(request, initialContactId);
    return {
      record: updated.then(
        ({ surplus: _, ...record }) => ({ customerKnown: true, ...record }),
        (misconfigured: Error) => {
          const { name, message } = misconfigured;
          return { customerKnown: true, misconfigured, error: { operation: 'UpdateItem', name, message } };
        },
      ),
      done: updated.then(({ surplus }) => this.#remove(request, surplus)).catch(() => undefined),
      stop: () => stopped.abort(),
    };
  }

  async #update({ item, deadline, stop }: ItemRequest, initialContact: string) {
    const { table, days } = this.#settings;
    // A lone surrogate would come back as another character: the current session would seem to be a past one.
    const initialContactId = initialContact.toWellFormed();
    const now = Date.now();
    const command = new UpdateItemCommand({
      ...item,
      UpdateExpression: 'SET #session = if_not_exists(#session, :now), #expiresAt = :expiresAt',
      ExpressionAttributeNames: { '#session': SESSION_PREFIX + initialContactId, '#expiresAt': EXPIRES_AT },
      ExpressionAttributeValues: {
        ':now': { N: String(now) },
        ':expiresAt': { N: String(Math.ceil(now / 1_000) + days * 24 * 60 * 60) },
      },
      ReturnValues: 'ALL_NEW',
    });
    let attempts = 0;
    const attempt = async (abortSignal: AbortSignal) => {
      attempts += 1;
      const { Attributes, $metadata } = await this.#client.send(command, { abortSignal });
      if (isJsonObject(Attributes)) return sessionsOf(Attributes);
      throw invalidResponse('The answer has no item.', $metadata);
    };
    const ended = await retryUntilDeadline(deadline, attempt, { stop });
    if ('error' in ended) {
      if (!unavailableReason(ended.error)) throwRefusal(ended.error, table);
      return { attempts, error: serviceError('UpdateItem', ended.error), surplus: [] };
    }
    const sessions = ended.value;
    const recorded = sessions.find(session => session.initialContactId === initialContactId);
    const current = recorded ?? { initialContactId, beganAt: now };
    const surplus = surplusSessions(sessions, current, days, now);
    return { attempts, pastSessions: pastSessions(sessions, current, days), surplus };
  }

  /** Removes sessions, given newest first, from an item: if there are more than `REMOVED_MAX`, the oldest. */
  async #remove({ item, deadline, stop }: ItemRequest, sessions: readonly string[]): Promise<void> {
    if (sessions.length === 0) return;
    const names = sessions.slice(-REMOVED_MAX).map((id, index) => [`#session${index}`, SESSION_PREFIX + id]);
    const command = new UpdateItemCommand({
      ...item,
      UpdateExpression: `REMOVE ${names.map(([name]) => name).join(', ')}`,
      // After an erasure, an update would create the item anew, and empty.
      ConditionExpression: 'attribute_exists(#key)',
      ExpressionAttributeNames: { ...Object.fromEntries(names), '#key': KEY },
    });
    await retryUntilDeadline(deadline, abortSignal => this.#client.send(command, { abortSignal }), { stop });
  }
}

/**
 * The key of a customer's item: base64url HMAC-SHA-256 of the instance, the scope of the identity and the customer.
 * Without the secret, `SESSION_STORE_KEY`, nobody guesses a phone number from an export of the table.
 */
export function customerKey(secret: string, instanceId: string, { scope, id }: Pick<Customer, 'scope' | 'id'>): string {
  const customer = JSON.stringify([instanceId, scope, id]);
  return createHmac('sha256', secret).update(customer).digest('base64url');
}

/** The sessions of an item. Ignores attributes of any other form. */
function sessionsOf(attributes: Readonly<Record<string, AttributeValue | undefined>>): Session[] {
  return Object.entries(attributes).flatMap(([name, value]) => {
    const beganAt = typeof value?.N === 'string' ? Number(value.N) : Number.NaN;
    return name.startsWith(SESSION_PREFIX) && Number.isFinite(beganAt)
      ? [{ initialContactId: name.slice(SESSION_PREFIX.length), beganAt }]
      : [];
  });
}

/** Throws what DynamoDB refused, for an operator to fix. It answers most with 400, so it is the name that counts. */
function throwRefusal(thrown: unknown, table: string): never {
  const { name, message, requestId, httpStatusCode } = serviceError('UpdateItem', thrown);
  const options = { cause: { name, message, requestId } };
  const what = `session store's table ${quoted(table)}`;
  if (name === 'ResourceNotFoundException' || name === 'ValidationException') {
    throw new SessionStoreTableError(
      `The ${what} (environment variable SESSION_STORE_TABLE) cannot be used. It must be in this account and Region, with the partition key "${KEY}" (text), as template.yaml makes it. DynamoDB said: ${name}: ${message}`,
      options,
    );
  }
  throwOperatorErrors('DynamoDB', thrown, `dynamodb:UpdateItem on the ${what}. Allow this action on this table`);
  const status = httpStatusCode ? ` (HTTP ${httpStatusCode})` : '';
  throw new SessionStoreTableError(
    `The ${what} cannot be used: the answer is ${name}${status}, "${message}". If this is not DynamoDB's own error, check AWS_ENDPOINT_URL_DYNAMODB and any proxy on the way.`,
    options,
  );
}
