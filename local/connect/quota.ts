import type { Operation } from './operations.ts';

/** Requests per second and burst. */
export interface Quota {
  rate: number;
  burst: number;
}

/** For operations without a quota of their own. */
const DEFAULT: Quota = { rate: 2, burst: 5 };

/** Default quotas, shared by every instance of an account and Region (admin guide, service quotas). */
export const QUOTAS: Readonly<Record<Operation, Quota>> = {
  CreatePersistentContactAssociation: { rate: 5, burst: 8 },
  DescribeContact: { rate: 10, burst: 15 },
  ListAssociatedContacts: DEFAULT,
  StartChatContact: { rate: 5, burst: 8 },
  StopContact: DEFAULT,
  GetContactAttributes: { rate: 10, burst: 15 },
};

/**
 * A token bucket that starts full and refills continuously. The function it returns takes a token and says whether
 * there was one; a request that is turned away takes none.
 *
 * @param now a monotonic clock, in milliseconds
 */
export function tokenBucket({ rate, burst }: Quota, now: () => number = () => performance.now()): () => boolean {
  let tokens = burst;
  let filledAt = now();
  return () => {
    const time = now();
    tokens = Math.min(burst, tokens + ((time - filledAt) / 1000) * rate);
    filledAt = time;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
