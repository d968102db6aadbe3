/** The version of this function; a test compares it with package.json and template.yaml. */
export const VERSION = '2.1.1';

/** Defined by `npm run build` (scripts/build-bundle.ts). */
declare const BUNDLE_HASH: string | undefined;

/** Eight characters of the bundle's hash, to tell apart two bundles of the same version. */
export const BUILD = typeof BUNDLE_HASH === 'string' ? BUNDLE_HASH : 'sources';
