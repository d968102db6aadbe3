/**
 * Stands in for the reading of `~/.aws/config` and `~/.aws/credentials` in the bundle (left-out.ts): Lambda has neither.
 * The SDK takes a file that cannot be read for an empty one, so its settings come from the environment alone.
 *
 * @throws an error that says what was left out, should somebody read one of these files in another way
 */
export async function readFile(path: string): Promise<string> {
  throw new Error(
    `${path} is not read: shared configuration files are left out of this bundle. Use environment variables, or ` +
      'remove the entry of these files from scripts/bundle/left-out.ts.',
  );
}

/** Where the SDK's own tests put the text of such files. */
export const fileIntercept = {};
