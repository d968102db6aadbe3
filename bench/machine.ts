import { arch, cpus, platform } from 'node:os';

/** When and on what a benchmark ran; it goes into README with the figures. */
export function machine(): string {
  const processors = cpus();
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, ${processors.length} × ${processors[0]?.model.trim()}, ${platform()} ${arch()}, Node ${process.version}`;
}
