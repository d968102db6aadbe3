/** A handler that does nothing: what Node itself costs. */
export const handler = async (): Promise<Record<string, string>> => ({});
