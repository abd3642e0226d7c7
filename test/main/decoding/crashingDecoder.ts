import fs from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/**
 * The decoding process's own program, which dies when it is handed certain files, as a decoder with a bug would: a path
 * with `kills-the-decoder` always, one with `kills-once` the first time.
 */
if (isMainThread) {
  process.on('message', ({ job }: { job?: { source: { path: string } } }) => {
    const path = job?.source.path ?? '';
    if (path.includes('kills-the-decoder')) process.kill(process.pid, 'SIGSEGV');
    if (path.includes('kills-once') && !fs.existsSync(`${path}.done`)) {
      fs.writeFileSync(`${path}.done`, '');
      process.kill(process.pid, 'SIGSEGV');
    }
  });
}
await import('../../../src/main/decoding/decoderProcess.ts');
