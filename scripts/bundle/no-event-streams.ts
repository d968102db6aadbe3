/**
 * Stands in for `@smithy/core/event-streams` in the bundle (left-out.ts). The SDK imports it for an operation that
 * streams its input or output, and none of those that are used does.
 *
 * @throws an error that says what was left out, should an operation stream
 */
export class EventStreamSerde {
  constructor() {
    throw new Error(
      'Event streams are left out of this bundle: an operation that streams needs them. Remove their entry from ' +
        'scripts/bundle/left-out.ts.',
    );
  }
}

/** The SDK hands it on to the class above. */
export const eventStreamSerdeProvider = undefined;
