/** The part of `dynalite` 4 that is used here; it has no types. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** @param options without a `path`, everything is kept in memory; `createTableMs`: how long a new table is not ready */
  export default function dynalite(options: { createTableMs: number }): Server;
}
