/**
 * Replaces what the bundle leaves out (build-bundle.ts): the SDK's chain of credential providers, because the
 * function's clients have credentials of their own, and event streams, because no operation that it calls has one.
 */
function leftOut(part: string, instead: string): never {
  throw new Error(`${part} left out of this bundle: ${instead}, or remove the alias from scripts/build-bundle.ts.`);
}

/** From `@aws-sdk/credential-provider-node`: called by a client without credentials. */
export const defaultProvider = () => async () =>
  leftOut('The chain of AWS credential providers is', 'give the client its credentials');

/** From `@smithy/core/event-streams`: made for an operation that streams its input or output. */
export class EventStreamSerde {
  constructor() {
    leftOut('Event streams are', 'call an operation without one');
  }
}

/** The SDK passes it to the class above. */
export const eventStreamSerdeProvider = undefined;
