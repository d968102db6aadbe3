import { type AttributeValue, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { retryUntilDeadline } from '../aws/retry-until-deadline.ts';
import { InvalidResponseError, serviceError, throwOperatorErrors, unavailableReason } from '../aws/service-error.ts';
import { MissingPermissionError, quoted, SessionStoreTableError } from '../errors.ts';
import { isJsonObject } from '../json-object.ts';
import type { SessionStoreSettings } from '../settings.ts';
import { customerKey } from './customer-key.ts';
import type { CurrentSession, Recorded, SessionStore } from './session-store.ts';
import { pastSessions, type Session, surplusSessions } from './sessions.ts';

/** An attempt is given up after this, milliseconds. That DynamoDB answers sooner, a new connection included, is an assumption. */
const ATTEMPT_MAX_MS = 500;

/** How many sessions one trim forgets; the next chat's trim forgets the rest. */
const TRIMMED_MAX = 100;

/** The table's key, in template.yaml too. */
const KEY = 'customer';

/** When DynamoDB deletes the item, seconds since 1970; in template.yaml too. */
const EXPIRES_AT = 'expiresAt';

/** Each session is an attribute of its own: this and its initial contact's id, so that no id can be another attribute. */
const SESSION_PREFIX = 'session ';

/**
 * A session store with one item for each customer. `record` is one unconditional `UpdateItem`, which DynamoDB carries out
 * one at a time: parallel chats cannot corrupt an item, and a repeated one changes nothing.
 */
export function dynamoDbSessionStore(
  client: DynamoDBClient,
  { table, key: secret, days }: SessionStoreSettings,
): SessionStore {
  const item = ({ instanceId, customer }: CurrentSession) => ({
    TableName: table,
    Key: { [KEY]: { S: customerKey(secret, instanceId, customer) } },
  });

  return {
    async record(session, deadline): Promise<Recorded> {
      // A lone surrogate would come back as another character, and the current session as a past one.
      const initialContactId = session.initialContactId.toWellFormed();
      const now = Date.now();
      const command = new UpdateItemCommand({
        ...item(session),
        UpdateExpression: 'SET #session = if_not_exists(#session, :now), #expiresAt = :expiresAt',
        ExpressionAttributeNames: { '#session': SESSION_PREFIX + initialContactId, '#expiresAt': EXPIRES_AT },
        ExpressionAttributeValues: {
          ':now': { N: String(now) },
          ':expiresAt': { N: String(Math.ceil(now / 1_000) + days * 24 * 60 * 60) },
        },
        ReturnValues: 'ALL_NEW',
      });
      let attempts = 0;
      try {
        const sessions = await retryUntilDeadline(
          deadline,
          async abortSignal => {
            attempts += 1;
            const { Attributes, $metadata } = await client.send(command, { abortSignal });
            if (!isJsonObject(Attributes)) throw new InvalidResponseError('The answer has no item.', $metadata);
            return sessionsOf(Attributes);
          },
          ATTEMPT_MAX_MS,
        );
        const current = sessions.find(each => each.initialContactId === initialContactId) ?? {
          initialContactId,
          beganAt: now,
        };
        return {
          kind: 'recorded',
          attempts,
          pastSessions: pastSessions(sessions, current, days),
          surplus: surplusSessions(sessions, current, days),
        };
      } catch (error) {
        if (!unavailableReason(error)) throwRefusal(error, table);
        return { kind: 'unavailable', attempts, error: serviceError('UpdateItem', error) };
      }
    },

    async trim(session, surplus, deadline) {
      if (surplus.length === 0) return;
      // The oldest first: an expression has at most 4 KB.
      const names = Object.fromEntries(
        surplus.slice(-TRIMMED_MAX).map((id, index) => [`#session${index}`, SESSION_PREFIX + id]),
      );
      const command = new UpdateItemCommand({
        ...item(session),
        UpdateExpression: `REMOVE ${Object.keys(names).join(', ')}`,
        // After an erasure, an update would create the item anew, and empty.
        ConditionExpression: 'attribute_exists(#key)',
        ExpressionAttributeNames: { ...names, '#key': KEY },
      });
      await retryUntilDeadline(deadline, abortSignal => client.send(command, { abortSignal }), ATTEMPT_MAX_MS).catch(
        () => undefined,
      );
    },
  };
}

/** The sessions of an item; attributes of any other form are somebody else's. */
function sessionsOf(attributes: Readonly<Record<string, AttributeValue | undefined>>): Session[] {
  return Object.entries(attributes).flatMap(([name, value]) => {
    const beganAt = typeof value?.N === 'string' ? Number(value.N) : Number.NaN;
    return name.startsWith(SESSION_PREFIX) && Number.isFinite(beganAt)
      ? [{ initialContactId: name.slice(SESSION_PREFIX.length), beganAt }]
      : [];
  });
}

/**
 * Throws what DynamoDB refused, for an operator to fix. It answers most with 400, so it is the name that counts.
 */
function throwRefusal(thrown: unknown, table: string): never {
  const { name, message, requestId } = serviceError('UpdateItem', thrown);
  const options = { cause: { name, message, requestId } };
  if (name.startsWith('AccessDenied')) {
    throw new MissingPermissionError(
      `The function's role may not call dynamodb:UpdateItem on the session store's table ${quoted(table)}. Allow this ` +
        `action on this table in the role's policy (template.yaml does). DynamoDB said: ${message}`,
      options,
    );
  }
  if (name === 'ResourceNotFoundException' || name === 'ValidationException') {
    throw new SessionStoreTableError(
      `The session store's table ${quoted(table)} (environment variable SESSION_STORE_TABLE) cannot be used. It must be ` +
        `in this account and Region, with the partition key "${KEY}" (text), as template.yaml makes it. DynamoDB said: ` +
        `${name}: ${message}`,
      options,
    );
  }
  throwOperatorErrors('DynamoDB', thrown);
  // Not the error itself: it carries every field of the answer.
  throw Object.assign(new Error(message, options), { name });
}
