/**
 * Takes the place of what the bundle leaves out (build-bundle.ts): the SDK's chain of credential providers, because the
 * function's clients have credentials of their own, and event streams, because no operation that it calls has one.
 *
 * @module
 */
function leftOut(part: string, instead: string): never {
  throw new Error(`${part} left out of this bundle: ${instead}, or remove the alias from scripts/build-bundle.ts.`);
}

/** Of `@aws-sdk/credential-provider-node`: what a client without credentials asks. */
export const defaultProvider = () => async () =>
  leftOut('The chain of AWS credential providers is', 'give the client its credentials');

/** Of `@smithy/core/event-streams`: what an operation that streams its input or output makes. */
export class EventStreamSerde {
  constructor() {
    leftOut('Event streams are', 'call an operation without one');
  }
}

/** The SDK hands it on to the class above. */
export const eventStreamSerdeProvider = undefined;
