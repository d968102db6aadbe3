import { createHmac } from 'node:crypto';
import type { Customer } from '../customer.ts';

/**
 * The key of a customer's item in the session store: base64url HMAC-SHA-256 of the instance, the kind of identity and the
 * customer. So no phone number stands in the table, and nobody guesses one from an export of it without the secret.
 *
 * @param secret `SESSION_STORE_KEY`
 * @param instanceId the Amazon Connect instance: the same customer of another instance is another item
 */
export function customerKey(secret: string, instanceId: string, { kind, id }: Pick<Customer, 'kind' | 'id'>): string {
  return createHmac('sha256', secret)
    .update(JSON.stringify([instanceId, kind, id]))
    .digest('base64url');
}
