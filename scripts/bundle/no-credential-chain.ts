/**
 * Stands in for `@aws-sdk/credential-provider-node` in the bundle (left-out.ts). The function's client brings credentials
 * of its own, so the SDK never asks for this one.
 *
 * @throws an error that says what was left out, should somebody configure a client without credentials
 */
export const defaultProvider = () => async () => {
  throw new Error(
    'The chain of AWS credential providers (profiles, SSO, container and instance metadata) is left out of this ' +
      'bundle: give the client its credentials, as src/aws/client-config.ts does, or remove the entry of the chain ' +
      'from scripts/bundle/left-out.ts.',
  );
};
