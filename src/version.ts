/** The version of this function: of package.json and template.yaml too, which a test compares. */
export const VERSION = '2.0.0';
