import type { ServiceError } from '../aws/service-error.ts';
import type { Customer } from '../customer.ts';
import type { Deadline } from '../deadline.ts';

/** A customer's current session. */
export interface CurrentSession {
  instanceId: string;
  /** The session's first contact. */
  initialContactId: string;
  customer: Customer;
}

/** What the table said, or that it said nothing in time. */
export type Recorded = { attempts: number } & (
  | { kind: 'recorded' /** Initial contacts, newest first. */; pastSessions: string[]; surplus: string[] }
  | { kind: 'unavailable'; error: ServiceError }
);

/** Remembers each customer's sessions. It knows nothing of flows and nothing of Amazon Connect. */
export interface SessionStore {
  /**
   * Records the current session and reads the customer's past ones, in one request. Repeated, it answers the same.
   *
   * @throws {MissingPermissionError | SessionStoreTableError | CredentialsError | CertificateError | MissingRegionError}
   *   what only an operator can fix
   */
  record(session: CurrentSession, deadline: Deadline): Promise<Recorded>;
  /** Forgets sessions that the item need not keep, as well as that can be done; it never fails. */
  trim(session: CurrentSession, surplus: readonly string[], deadline: Deadline): Promise<void>;
}
