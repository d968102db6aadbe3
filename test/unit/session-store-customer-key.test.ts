import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { customerKey } from '../../src/session-store/customer-key.ts';

const SECRET = 'a secret of at least thirty-two characters';

test("a customer's key is what OpenSSL computes, too", () => {
  // printf '["i","CUSTOMER_ID","ann"]' | openssl dgst -sha256 -hmac "$SECRET" -binary | basenc --base64url
  const key = customerKey(SECRET, 'i', { kind: 'CUSTOMER_ID', id: 'ann' });
  expect(key).toBe('ouwwT6ogU9y5v7p1Pfik-T78M7FsoMqKWq4Ajg7hmpY');
});

test('a key shows nothing of the customer and is an item key of DynamoDB', () => {
  fc.assert(
    fc.property(fc.string(), id => {
      expect(customerKey(SECRET, 'i', { kind: 'CUSTOMER_ID', id })).toMatch(/^[A-Za-z0-9_-]{43}$/);
    }),
  );
});

test('no two of secret, instance, kind and customer share a key', () => {
  const part = fc.oneof(fc.constantFrom('a', 'ab', 'b', '","', '\ud800', '\ud801', '\ufffd'), fc.string());
  const parts = fc.tuple(part, part, part, part);
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      fc.pre(one.join() !== other.join() || JSON.stringify(one) !== JSON.stringify(other));
      fc.pre(one[0].isWellFormed() && other[0].isWellFormed());
      const [key, otherKey] = [one, other].map(([secret, instance, kind, id]) =>
        customerKey(`${SECRET}${secret}`, instance, { kind, id }),
      );
      expect(key).not.toBe(otherKey);
    }),
    { numRuns: 500 },
  );
});
