/** The operations that the local Amazon Connect knows. */
export const OPERATIONS = ['CreatePersistentContactAssociation', 'DescribeContact'] as const;

/** One of {@link OPERATIONS}. */
export type Operation = (typeof OPERATIONS)[number];

/** What a request's method and path ask for. `contactId` is the path's last segment, percent-decoded. */
export interface Route {
  operation: Operation;
  instanceId: string;
  contactId: string;
}

/** Method and path of each operation, from Connect's service model (2017-08-08). */
const ROUTES: readonly { operation: Operation; method: string; path: RegExp }[] = [
  {
    operation: 'CreatePersistentContactAssociation',
    method: 'POST',
    path: /^\/contact\/persistent-contact-association\/([^/]+)\/([^/]+)$/,
  },
  { operation: 'DescribeContact', method: 'GET', path: /^\/contacts\/([^/]+)\/([^/]+)$/ },
];

/** Finds the operation that a request is for, or `undefined` where Connect has none (none that is known here). */
export function findRoute(method: string, target: string): Route | undefined {
  // Not `new URL`, which would resolve a contact id of `..` away; the SDK sends it as it is.
  const [path = ''] = target.split('?', 1);
  for (const route of ROUTES) {
    const [, instanceId, contactId] = (method === route.method && route.path.exec(path)) || [];
    if (instanceId !== undefined && contactId !== undefined) {
      return { operation: route.operation, instanceId: decode(instanceId), contactId: decode(contactId) };
    }
  }
  return undefined;
}

/** A segment that is no valid percent-encoding stands for itself, and will match no contact. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
