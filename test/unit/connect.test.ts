import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clientToken } from '../../src/aws/connect.ts';

type Parts = [instanceId: string, contactId: string, sourceContactId: string, rehydrationType: string];

const token = ([instanceId, contactId, sourceContactId, rehydrationType]: Parts) =>
  clientToken(instanceId, { contactId, sourceContactId, rehydrationType: rehydrationType as 'FROM_SEGMENT' });

describe('the client token', () => {
  const text = fc.string({ unit: 'binary' });
  const parts = fc.tuple(text, text, text, text);
  const ofTheTest: Parts = ['instance', 'current', 'past \ud800', 'FROM_SEGMENT'];

  test('is the same for the same input, in any process', () => {
    // printf '%s' '["instance","current","past \ud800","FROM_SEGMENT"]' | sha256sum
    expect(token(ofTheTest)).toBe('b3da4aaa2e92b3c1556b94bae4ec6df86cda62574df2e91948f924c5998cb4dd');
  });

  test.each([0, 1, 2, 3])('depends on each of its four fields alone: %d', field => {
    fc.assert(
      fc.property(parts, text, (one, other) => {
        fc.pre(one[field] !== other);
        expect(token(one.with(field, other) as Parts)).not.toBe(token(one));
      }),
    );
    expect(token(ofTheTest.with(field, '\ud800') as Parts)).not.toBe(token(ofTheTest.with(field, '\ud801') as Parts));
  });

  test('is another one for any other input', () => {
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        expect(token(one)).not.toBe(token(other));
      }),
    );
    expect(token(['i', 'ab', 'c', 't'])).not.toBe(token(['i', 'a', 'bc', 't']));
  });

  test('stays within 500 characters for ids of 256', () => {
    const id = 'x'.repeat(256);
    expect(token([id, id, id, 'ENTIRE_PAST_SESSION']).length).toBeLessThanOrEqual(500);
  });
});
