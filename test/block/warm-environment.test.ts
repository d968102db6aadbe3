import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { startLocalConnect } from '../../local/connect/index.ts';

test('a warm environment is after a failed invocation as it was before: status, memory, timers, sockets', async () => {
  const connect = await startLocalConnect({
    faults: ['CreatePersistentContactAssociation:hang*1', 'CreatePersistentContactAssociation:throttle'],
  });
  const child = fork(new URL('../support/warm-environment.ts', import.meta.url), {
    execArgv: ['--expose-gc', '--max-semi-space-size=1'],
    env: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_CONNECT: connect.url,
    },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  try {
    child.send('begin');
    await once(child, 'message');
    connect.setFaults([]);
    child.send('go on');
    const [report] = await once(child, 'message');
    expect(report).toMatchObject({ statuses: ['FAILED', 'ASSOCIATED'], warnings: [], timers: [] });
    expect(connect.openSockets()).toBeLessThanOrEqual(1);
    // A thousand invocations that kept a kilobyte each would show.
    expect(report.growth).toBeLessThan(1_000_000);
  } finally {
    child.kill();
    await connect.close();
  }
}, 30_000);
