import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { C2, C3 } from '../local-connect/index.ts';

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs what `npm start -- …` runs, after the build. */
function start(...words: string[]): Promise<Run> {
  const env = { PATH: process.env['PATH'] };
  return new Promise(resolve => {
    const options = { cwd: new URL('..', import.meta.url), env };
    execFile(process.execPath, ['scripts/start.ts', ...words], options, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

describe('npm start', () => {
  test('prints the flow attributes of the worked example as JSON, and nothing else, on standard output', async () => {
    const { code, stdout, stderr } = await start();
    expect(JSON.parse(stdout)).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C3 });
    expect(stderr).toContain('"associationStatus":"ASSOCIATED"');
    expect(code).toBe(0);
  });

  test('runs the event file that it is given', async () => {
    const { stdout } = await start('events/from-segment.json');
    expect(JSON.parse(stdout)).toMatchObject({ continuedFromContactId: C2 });
  });

  test('rehearses a fault', async () => {
    const { stdout, stderr } = await start('--fault', 'throttle*2');
    expect(JSON.parse(stdout)).toMatchObject({ associationStatus: 'ASSOCIATED' });
    expect(stderr).toContain('"describeAttempts":3');
  });

  test('ends with 2, and the name and message of the error, where the flow would take its Error branch', async () => {
    const { code, stdout, stderr } = await start('events/bad-rehydration-type.json');
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^The flow would take its Error branch. InvalidRehydrationTypeError: .*"LAST_SEGMENT"/m);
  });

  test('ends with 1 and one clear line for a file that is missing', async () => {
    const { code, stdout, stderr } = await start('events/nothing.json');
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Cannot read the event file events/nothing.json: there is no such file.\n',
    });
  });

  test('ends with 1 and one clear line for a file that is not JSON', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'events-'));
    const file = join(folder, 'event.json');
    await writeFile(file, '{\n  "Name": x\n}\n');
    const { code, stderr } = await start(file);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The event file .* is not JSON: .*\n$/);
    await rm(folder, { recursive: true });
  });

  test('ends with 1 and one clear line for a fault that does not exist', async () => {
    const { code, stderr } = await start('--fault', 'earthquake');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^.*earthquake.*\n$/);
  });
});
