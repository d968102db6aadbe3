import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clientToken } from '../../src/amazon-connect/client-token.ts';

describe('the client token', () => {
  const text = fc.string({ unit: 'binary' });
  const input = fc.tuple(text, text, text, text);

  test('is the same for the same input in another process', () => {
    const parts = ['instance', 'current', 'past \ud800', 'FROM_SEGMENT'] as const;
    const script = `import { clientToken } from './src/amazon-connect/client-token.ts';
      console.log(clientToken(...${JSON.stringify(parts)}));`;
    const options = { cwd: new URL('../..', import.meta.url), encoding: 'utf8' } as const;
    const other = execFileSync(process.execPath, ['--input-type=module', '--eval', script], options);
    expect(other.trim()).toBe(clientToken(...parts));
  });

  test('is another one where any of the four is another', () => {
    fc.assert(
      fc.property(input, text, (one, other) => {
        const others = one.map((value, index) => (value === other ? one : one.with(index, other)) as typeof one);
        const different = others.filter(each => each !== one);
        const tokens = [one, ...different].map(each => clientToken(...each));
        expect(new Set(tokens).size).toBe(1 + different.length);
      }),
    );
    expect(clientToken('i', 'ab', 'c', 't')).not.toBe(clientToken('i', 'a', 'bc', 't'));
    expect(clientToken('i', '\ud800', 'c', 't')).not.toBe(clientToken('i', '\ud801', 'c', 't'));
  });

  test('stays within 500 characters for ids of 256', () => {
    const id = 'x'.repeat(256);
    expect(clientToken(id, id, id, 'ENTIRE_PAST_SESSION').length).toBeLessThanOrEqual(500);
  });
});
