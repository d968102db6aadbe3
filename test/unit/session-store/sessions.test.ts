import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CANDIDATES_MAX, pastSessions, type Session, surplusSessions } from '../../../src/session-store/sessions.ts';

const NOW = 1_764_000_000_000;
const [MINUTE, HOUR, DAY] = [60_000, 60 * 60_000, 24 * 60 * 60_000];

const session = (initialContactId: string, ago: number): Session => ({ initialContactId, beganAt: NOW - ago });
const current = session('current', 0);

describe('the past sessions of a customer', () => {
  test('are the others, newest first', () => {
    const sessions = [session('b', 2 * DAY), current, session('a', DAY), session('c', 3 * DAY)];
    expect(pastSessions(sessions, current, 90)).toEqual(['a', 'b', 'c']);
    // Of one millisecond: in the same order each time.
    const [one, other] = [session('one', DAY), session('other', DAY)];
    expect(pastSessions([one, other], current, 90)).toEqual(pastSessions([other, one], current, 90));
  });

  test.each([
    { when: '59.999 seconds before: a second tab', ago: 59_999, isPast: false },
    { when: '60 seconds before', ago: 60_000, isPast: true },
    { when: 'as many days before as a session is remembered', ago: 90 * DAY, isPast: true },
    { when: 'a millisecond more than that', ago: 90 * DAY + 1, isPast: false },
    { when: 'a millisecond after', ago: -1, isPast: false },
    { when: 'a day after', ago: -DAY, isPast: false },
  ])('have one that began $when the current one: $isPast', ({ ago, isPast }) => {
    expect(pastSessions([session('other', ago), current], current, 90)).toEqual(isPast ? ['other'] : []);
  });

  test('leave out what is no contact id', () => {
    const odd = ['#', ':now', 'session x', '\ufffd', 'x'.repeat(257), ''].map(id => session(id, DAY));
    expect(pastSessions([...odd, current], current, 90)).toEqual([]);
  });
});

describe('the sessions that an item need not keep', () => {
  const daily = (count: number) => Array.from({ length: count }, (_, day) => session(`d${day + 1}`, (day + 1) * DAY));
  const parallel = (count: number) => Array.from({ length: count }, (_, index) => session(`p${index}`, index * 1_000));
  const old = (id: string, more: number) => session(id, 90 * DAY + more);

  // A chat of the last hour looks back from its own beginning, and takes what began a minute before for another window.
  const TOO_OLD = [old('old', HOUR + MINUTE + 1), old('young', HOUR + MINUTE)];
  const BEFORE_THE_HOUR = [session('young', HOUR + MINUTE - 1), session('older', HOUR + MINUTE), ...daily(20)];
  const MANY = [...parallel(101).toReversed(), ...daily(3)];
  test.each([
    { what: 'none of 21, the current one among them', others: daily(20), surplus: [] },
    { what: 'all of 23 but the newest 21', others: daily(22).toReversed(), surplus: ['d21', 'd22'] },
    { what: 'those too old for an hour and a minute, however few there are', others: TOO_OLD, surplus: ['old'] },
    { what: 'none of the last hour', others: [...parallel(30), ...daily(21)], surplus: ['d21'] },
    { what: 'those of the hour before, as any older one', others: BEFORE_THE_HOUR, surplus: ['d20'] },
    { what: 'all but the newest 99 others', others: MANY, surplus: ['p99', 'p100', 'd1', 'd2', 'd3'] },
  ])('are $what', ({ others, surplus }) => {
    expect(surplusSessions([...others, current], current, 90, NOW)).toEqual(surplus);
  });

  test('hold nothing that a chat of the last hour needs: each call finds what its first one found, in any order', () => {
    const after = fc.oneof(fc.constantFrom(0, 15_000), fc.nat(2 * MINUTE), fc.nat(20 * MINUTE));
    const trim = fc.constantFrom('at once', 'at once', 'after the next call', 'never');
    const calls = fc.array(fc.record({ window: fc.nat(40), after, trim }), { maxLength: 60 });
    const ago = fc.oneof(fc.nat(2 * HOUR), fc.nat(800 * DAY));
    const past = fc.array(ago, { maxLength: 40 }).map(agos => agos.map((ago, index) => session(`s${index}`, ago)));
    const property = fc.property(past, fc.integer({ min: 1, max: 730 }), calls, (before, days, calls) => {
      let sessions = before;
      let [now, late] = [NOW, [] as string[]];
      const firsts = new Map<string, { beganAt: number; found: string[] }>();
      for (const { window, after, trim } of calls) {
        now += after;
        const id = `window-${window}`;
        const current = sessions.find(each => each.initialContactId === id) ?? { initialContactId: id, beganAt: now };
        if (!sessions.includes(current)) sessions = [...sessions, current];
        const found = pastSessions(sessions, current, days).slice(0, CANDIDATES_MAX);
        const call = { beganAt: current.beganAt, found };
        const first = firsts.get(id);
        if (first && now < first.beganAt + HOUR) expect(call).toEqual(first);
        else firsts.set(id, call);

        const surplus = surplusSessions(sessions, current, days, now);
        const gone = trim === 'at once' ? [...late, ...surplus] : late;
        late = trim === 'after the next call' ? surplus : [];
        sessions = sessions.filter(each => !gone.includes(each.initialContactId));
        expect(surplus).not.toContain(id);
      }
    });
    fc.assert(property, { numRuns: 500 });
  });
});
