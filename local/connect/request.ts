/** The members of a request's body as they were received: of any type, or absent. */
export interface RequestBody {
  readonly Attributes?: unknown;
  readonly ClientToken?: unknown;
  readonly ContactFlowId?: unknown;
  readonly ContactId?: unknown;
  readonly CustomerId?: unknown;
  readonly InstanceId?: unknown;
  readonly ParticipantDetails?: unknown;
  readonly PersistentChat?: unknown;
  readonly RehydrationType?: unknown;
  readonly RelatedContactId?: unknown;
  readonly SegmentAttributes?: unknown;
  readonly SourceContactId?: unknown;
}

/** A request for an operation, before its members are checked. */
export interface ConnectRequest {
  /** Of the path, or else the body; empty where neither has one. */
  instanceId: string;
  /** Of the path, or else the query or the body; empty where none has one. */
  contactId: string;
  query: URLSearchParams;
  /** `undefined` where the body was no JSON object. */
  body: RequestBody | undefined;
}

/** Puts together what path, query and body say. */
export function readRequest(
  path: { instanceId?: string; contactId?: string },
  query: URLSearchParams,
  json: string,
): ConnectRequest {
  const body = readObject(json);
  return {
    instanceId: path.instanceId ?? text(body?.InstanceId),
    contactId: path.contactId ?? query.get('contactId') ?? text(body?.ContactId),
    query,
    body,
  };
}

function readObject(json: string): RequestBody | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value is a JSON object: no array, not null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
