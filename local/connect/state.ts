import type { Contact } from './contact.ts';
import type { EarlierAnswers } from './idempotency.ts';

/** What Connect leaves undocumented or unmeasured, and a test may want either way. */
export interface AssociationRules {
  /** Whether two chats may continue one contact at once. */
  sourceTwice: 'allow' | 'refuse';
  /** A session that ended less than this many seconds ago is refused; 0: never. */
  transcriptDelaySeconds: number;
}

/** What the operations read and change. */
export interface ConnectState {
  readonly contacts: Map<string, Contact>;
  readonly rules: AssociationRules;
  readonly earlierAnswers: EarlierAnswers;
  /** Called once for each chat that was started. */
  readonly chatStarted: (contact: Contact) => void;
}
