import { describe, expect, test } from '@jest/globals';
import { toFlowAttributes } from '../src/flow-attributes.ts';

const NOTHING = {
  associationStatus: 'NO_SOURCE_CONTACT',
  reason: '',
  continuedFromContactId: '',
  rehydrationType: '',
  sourceContactId: '',
  retryAfterSeconds: '',
};

describe('the flow attributes', () => {
  test('have all keys, empty where there is nothing to say', () => {
    expect(toFlowAttributes({ status: 'NO_SOURCE_CONTACT' }, {})).toEqual(NOTHING);
  });

  test('hold the continued contact and what was asked for', () => {
    const outcome = { status: 'ASSOCIATED', continuedFromContactId: 'past' } as const;
    const asked = { rehydrationType: 'FROM_SEGMENT', sourceContactId: 'asked', sourceFrom: 'parameter' } as const;
    expect(toFlowAttributes(outcome, asked)).toEqual({
      ...NOTHING,
      associationStatus: 'ASSOCIATED',
      continuedFromContactId: 'past',
      rehydrationType: 'FROM_SEGMENT',
      sourceContactId: 'asked',
    });
  });

  test('hold the seconds to wait as text', () => {
    const outcome = { status: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds: 42 } as const;
    expect(toFlowAttributes(outcome, {})).toMatchObject({
      reason: 'SOURCE_CONTACT_JUST_ENDED',
      retryAfterSeconds: '42',
    });
  });

  test('stay small and well-formed, whatever id was asked for', () => {
    const outcome = { status: 'REJECTED', reason: 'SOURCE_CONTACT_NOT_FOUND' } as const;
    const { sourceContactId } = toFlowAttributes(outcome, { sourceContactId: `\ud800${'x'.repeat(40_000)}` });
    expect(sourceContactId).toBe(`\ufffd${'x'.repeat(255)}`);
  });
});
