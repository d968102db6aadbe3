import { tmpdir } from 'node:os';

/** The environment variables that Lambda gives a function, and the block's own service name. */
export const LAMBDA_VARIABLES = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  POWERTOOLS_SERVICE_NAME: 'persistent-chat',
};

/**
 * What a function gets of this shell's variables.
 * - `nothing`: no profile, proxy or Node option of a developer changes a measurement.
 * - `settings`: all but credentials, Region, endpoints and session store, so that it touches no real table.
 * - `everything`: for services that run elsewhere.
 */
export type FromShell = 'nothing' | 'settings' | 'everything';

/** The complete environment of a function's process; `own` variables override those of Lambda and of the shell. */
export function lambdaEnvironment(own: Readonly<Record<string, string>>, fromShell: FromShell): NodeJS.ProcessEnv {
  const isTaken = (name: string) => fromShell === 'everything' || !/^(AWS|SESSION_STORE)_/.test(name);
  const shell = Object.entries(process.env).filter(([name]) => isTaken(name));
  // A home without ~/.aws, as in Lambda.
  const taken = fromShell === 'nothing' ? { HOME: `${tmpdir()}/no-home` } : Object.fromEntries(shell);
  return { ...LAMBDA_VARIABLES, ...taken, ...own };
}
