import { toFlowAttributes } from '../../src/result.ts';

/** What the function returns for a chat: all of its keys, these with a value. */
export function answer(values: Record<string, string>): Record<string, string> {
  const none = toFlowAttributes({ outcome: { status: 'NO_SOURCE_CONTACT' } });
  return { ...none, associationStatus: 'ASSOCIATED', ...values };
}
