import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { startLocalConnect } from '../../local/connect/index.ts';
import { lambdaEnvironment } from '../../local/lambda/function.ts';
import { expectBundle } from '../support/bundle.ts';

test('after a failed invocation, a warm environment is as before: status, memory, timers, sockets', async () => {
  expectBundle();
  // In the two seconds of an invocation there are two attempts.
  const connect = await startLocalConnect({ faults: ['CreatePersistentContactAssociation:hang*2'] });
  const child = fork(new URL('../support/warm-environment.ts', import.meta.url), {
    execArgv: ['--expose-gc', '--max-semi-space-size=1'],
    env: lambdaEnvironment({ environment: { AWS_ENDPOINT_URL_CONNECT: connect.url }, fromShell: 'nothing' }),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  try {
    const [report] = await once(child, 'message');
    expect(report).toMatchObject({ first: 'FAILED', others: ['ASSOCIATED'], warnings: [], timers: [] });
    expect(connect.openSockets()).toBeLessThanOrEqual(1);
    // A thousand invocations that kept a kilobyte each would show.
    expect(report.growth).toBeLessThan(1_000_000);
  } finally {
    child.kill();
    await connect.close();
  }
}, 30_000);
