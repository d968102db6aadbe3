import { ConnectError } from './connect-error.ts';
import { limited } from './limits.ts';
import type { Route } from './operations.ts';

/** The members of a `CreatePersistentContactAssociation` body as they were received: of any type, or absent. */
export interface AssociationBody {
  readonly ClientToken?: unknown;
  readonly RehydrationType?: unknown;
  readonly SourceContactId?: unknown;
}

/** `CreatePersistentContactAssociation`'s input, checked against the limits of the service model. */
export interface AssociationInput {
  InstanceId: string;
  /** Despite its name the current contact's id: "the contact that the API is being called from". */
  InitialContactId: string;
  RehydrationType: 'ENTIRE_PAST_SESSION' | 'FROM_SEGMENT';
  SourceContactId: string;
  ClientToken: string | undefined;
}

/**
 * Checks a `CreatePersistentContactAssociation` request.
 *
 * @throws ConnectError `InvalidRequestException` for a body that is no JSON object, `InvalidParameterException` for a
 * member that is missing or beyond its limits. Which of the two Connect sends is not documented.
 */
export function readAssociationInput(route: Route, body: AssociationBody | undefined): AssociationInput {
  if (body === undefined) throw new ConnectError('InvalidRequestException', 'The request body is not a JSON object.');
  const { ClientToken, RehydrationType, SourceContactId } = body;
  if (RehydrationType !== 'ENTIRE_PAST_SESSION' && RehydrationType !== 'FROM_SEGMENT') {
    const message = 'RehydrationType must be ENTIRE_PAST_SESSION or FROM_SEGMENT.';
    throw new ConnectError('InvalidParameterException', message);
  }
  return {
    InstanceId: limited('InstanceId', route.instanceId, 1, 100),
    InitialContactId: limited('InitialContactId', route.contactId, 1, 256),
    RehydrationType,
    SourceContactId: limited('SourceContactId', SourceContactId, 1, 256),
    ClientToken: ClientToken === undefined ? undefined : limited('ClientToken', ClientToken, 0, 500),
  };
}
