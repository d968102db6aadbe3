import { describe, expect, test } from '@jest/globals';
import { toFlowAttributes } from '../../src/flow-attributes.ts';

describe('the flow attributes', () => {
  test('are all there, and empty where there is nothing to say', () => {
    const { associationStatus, ...others } = toFlowAttributes({ outcome: { status: 'NO_SOURCE_CONTACT' }, asked: {} });
    expect(associationStatus).toBe('NO_SOURCE_CONTACT');
    expect(others).toMatchObject({
      reason: '',
      continuedFromContactId: '',
      rehydrationType: '',
      sourceContactId: '',
      retryAfterSeconds: '',
    });
    expect(new Set(Object.values(others))).toEqual(new Set(['']));
  });

  test('hold the continued contact and what was asked for', () => {
    const outcome = { status: 'ASSOCIATED', continuedFromContactId: 'past' } as const;
    const asked = {
      rehydrationType: 'FROM_SEGMENT',
      sourceContactId: 'asked',
      sourceContactIdFrom: 'parameter',
    } as const;
    expect(toFlowAttributes({ outcome, asked })).toMatchObject({
      associationStatus: 'ASSOCIATED',
      reason: '',
      continuedFromContactId: 'past',
      rehydrationType: 'FROM_SEGMENT',
      sourceContactId: 'asked',
    });
  });

  test('have a reason for a chat that has its history already: an empty one means that all is well', () => {
    const outcome = { status: 'ALREADY_PERSISTENT', continuedFromContactId: 'past' } as const;
    expect(toFlowAttributes({ outcome, asked: {} })).toMatchObject({
      reason: 'ALREADY_PERSISTENT',
      continuedFromContactId: 'past',
    });
  });

  test('hold the seconds to wait as text', () => {
    const outcome = { status: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds: 42 } as const;
    expect(toFlowAttributes({ outcome, asked: {} })).toMatchObject({
      reason: 'SOURCE_CONTACT_JUST_ENDED',
      retryAfterSeconds: '42',
    });
  });

  test('stay small and well-formed, whatever the ids are', () => {
    const long = `\ud800${'x'.repeat(40_000)}`;
    const outcome = { status: 'ASSOCIATED', continuedFromContactId: long } as const;
    const cut = `\ufffd${'x'.repeat(255)}`;
    expect(toFlowAttributes({ outcome, asked: { sourceContactId: long } })).toMatchObject({
      sourceContactId: cut,
      continuedFromContactId: cut,
    });
  });
});
