import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CANDIDATES_MAX, pastSessions, type Session, surplusSessions } from '../../src/session-store/sessions.ts';

const NOW = 1_764_000_000_000;
const DAY = 24 * 60 * 60 * 1_000;

const session = (initialContactId: string, ago: number): Session => ({ initialContactId, beganAt: NOW - ago });
const current = session('current', 0);

describe('the past sessions of a customer', () => {
  test('are the others, newest first', () => {
    const sessions = [session('b', 2 * DAY), current, session('a', DAY), session('c', 3 * DAY)];
    expect(pastSessions(sessions, current, 90)).toEqual(['a', 'b', 'c']);
  });

  test.each([
    ['59.999 seconds before the current one: a second tab', 59_999, []],
    ['60 seconds before', 60_000, ['other']],
    ['as many days before as a session is remembered', 90 * DAY, ['other']],
    ['a millisecond more than that', 90 * DAY + 1, []],
    ['after the current one', -1, []],
    ['a day after the current one', -DAY, []],
  ])('began %s', (_, ago, expected) => {
    expect(pastSessions([session('other', ago), current], current, 90)).toEqual(expected);
  });

  test.each(['#', ':now', 'session x', '\ufffd', 'x'.repeat(257), ''])('leave out what is no contact id: %j', id => {
    expect(pastSessions([session(id, DAY), current], current, 90)).toEqual([]);
  });
});

describe('the sessions that an item need not keep', () => {
  const daily = (count: number) => Array.from({ length: count }, (_, day) => session(`d${day + 1}`, (day + 1) * DAY));

  test.each([
    ['none of ten', daily(9), []],
    ['all of eleven but the newest four', daily(10).toReversed(), ['d4', 'd5', 'd6', 'd7', 'd8', 'd9', 'd10']],
    ['those too old, however few there are', [session('old', 90 * DAY + 1), session('young', 90 * DAY)], ['old']],
  ])('are %s', (_, others, surplus) => {
    expect(surplusSessions([...others, current], current, 90)).toEqual(surplus);
  });

  test('never hold the current one or one that may be tried, and leave at most ten', () => {
    const ago = fc.oneof(fc.integer({ min: -120_000, max: 120_000 }), fc.integer({ min: 60_000, max: 800 * DAY }));
    fc.assert(
      fc.property(fc.array(ago, { maxLength: 45 }), fc.integer({ min: 1, max: 730 }), (agos, days) => {
        const sessions = [...agos.map((ago, index) => session(`s${index}`, ago)), current];
        const surplus = surplusSessions(sessions, current, days);
        expect(surplus).not.toContain('current');
        expect(sessions.length - surplus.length).toBeLessThanOrEqual(10);
        const kept = sessions.filter(({ initialContactId }) => !surplus.includes(initialContactId));
        const tried = (among: Session[]) => pastSessions(among, current, days).slice(0, CANDIDATES_MAX);
        expect(tried(kept)).toEqual(tried(sessions));
      }),
    );
  });
});
