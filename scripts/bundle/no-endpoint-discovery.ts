/**
 * Stands in for `@aws-sdk/middleware-endpoint-discovery` in the bundle (left-out.ts). The DynamoDB client sets it up, and
 * no operation that is used asks for it.
 *
 * @throws an error that says what was left out, should an operation discover its endpoint
 */
export function getEndpointDiscoveryPlugin(): never {
  throw new Error(
    'Endpoint discovery is left out of this bundle: an operation that discovers its endpoint needs it. Remove its ' +
      'entry from scripts/bundle/left-out.ts.',
  );
}

/** The client's configuration, without a cache of endpoints. */
export const resolveEndpointDiscoveryConfig = <T>(config: T): T => config;

/** No setting of the environment turns it on. */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: () => undefined,
  configFileSelector: () => undefined,
  default: undefined,
};
