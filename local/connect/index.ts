/**
 * A local Amazon Connect, with its participant service: an HTTP server for the AWS CLI, any SDK and ChatJS. `local/README.md`
 * says what is assumed and what is left out.
 *
 * @module
 */
export type { Contact, ContactItem } from './contact.ts';
export { FAULT_NAMES, parseFault, tokenBucket } from './fault.ts';
export { OPERATIONS, type Operation, QUOTAS } from './operations.ts';
export type { Call } from './respond.ts';
export * from './sample-data.ts';
export { type LocalConnect, type LocalConnectOptions, startLocalConnect } from './server.ts';
export { VARIANTS, type Variant } from './state.ts';
