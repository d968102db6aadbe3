import type { AssociationBody } from './association-input.ts';
import type { FaultName } from './fault.ts';
import type { Operation } from './operations.ts';

/** A request that was received. */
export interface Call {
  operation: Operation | 'UnknownOperation';
  instanceId: string;
  /** The contact in the path: the current contact of an association, the one to describe otherwise. */
  contactId: string;
  /** The association's members as they came; without any for an unreadable body. */
  body: AssociationBody;
  /** When the request arrived: milliseconds of `performance.now()`. */
  at: number;
  /** The HTTP status of the answer, or the name of the fault that the request met. */
  outcome: number | FaultName;
}
