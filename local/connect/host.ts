import { hostname, networkInterfaces } from 'node:os';

/** Containers use the last two for the machine that they run on. */
const NAMES = ['localhost', hostname().toLowerCase(), 'host.docker.internal', 'host.containers.internal'];

/**
 * Whether a `Host` header names this machine. A web page can point its own domain at the loopback ("DNS rebinding"):
 * its requests then have this server's origin, and only this header tells them apart.
 *
 * @param listening the host that the server listens on
 */
export function isThisMachine(header: string | undefined, listening: string): boolean {
  const name = /^\[?(.*?)\]?(:\d+)?$/.exec(header?.toLowerCase() ?? '')?.[1] ?? '';
  if (name === '') return false;
  if (NAMES.includes(name) || name === listening.toLowerCase() || /^127(\.\d{1,3}){3}$/.test(name)) return true;
  return Object.values(networkInterfaces()).some(addresses => addresses?.some(({ address }) => address === name));
}
