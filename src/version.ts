/** The version of this function: of package.json and template.yaml too, which a test compares. */
export const VERSION = '2.1.0';

/** What `npm run build` puts in: scripts/build-bundle.ts. */
declare const BUNDLE_HASH: string | undefined;

/** Eight characters of a hash over what is bundled: two bundles of one version differ in it. */
export const BUILD = typeof BUNDLE_HASH === 'string' ? BUNDLE_HASH : 'sources';
