import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pastSessions, type Session, surplusSessions } from '../../src/session-store/sessions.ts';

const NOW = 1_764_000_000_000;
const DAY = 24 * 60 * 60 * 1_000;

function session(initialContactId: string, ago: number): Session {
  return { initialContactId, beganAt: NOW - ago };
}

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
  const dailySessions = (count: number) => Array.from({ length: count }, (_, day) => session(`d${day}`, day * DAY));

  test('are none of ten', () => {
    const [newest = current, ...others] = dailySessions(10);
    expect(surplusSessions([newest, ...others], newest, 90)).toEqual([]);
  });

  test('are all of eleven but the newest four', () => {
    const [newest = current, ...others] = dailySessions(11);
    const kept = others.slice(0, 3).map(each => each.initialContactId);
    const surplus = surplusSessions([...others.toReversed(), newest], newest, 90);
    expect(surplus).toEqual(others.slice(3).map(each => each.initialContactId));
    expect(surplus).not.toEqual(expect.arrayContaining(kept));
  });

  test('are those too old, however few there are', () => {
    const sessions = [session('old', 90 * DAY + 1), session('young', 90 * DAY), current];
    expect(surplusSessions(sessions, current, 90)).toEqual(['old']);
  });

  test('never hold the current one or one that may be tried, and leave at most ten', () => {
    const times = fc.array(
      fc.oneof(fc.integer({ min: -120_000, max: 120_000 }), fc.integer({ min: 60_000, max: 800 * DAY })),
      { maxLength: 45 },
    );
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 730 }), (agos, days) => {
        const sessions = [...agos.map((ago, index) => session(`s${index}`, ago)), current];
        const surplus = surplusSessions(sessions, current, days);
        expect(surplus).not.toContain('current');
        expect(sessions.length - surplus.length).toBeLessThanOrEqual(10);
        const kept = sessions.filter(({ initialContactId }) => !surplus.includes(initialContactId));
        const tried = (among: Session[]) => pastSessions(among, current, days).slice(0, 2);
        expect(tried(kept)).toEqual(tried(sessions));
      }),
    );
  });
});
