import fs from 'node:fs';
import { isMainThread, parentPort } from 'node:worker_threads';

/**
 * The engine's own program, which kills its process when it is handed certain files, as a decoder with a bug
 * would: a path with `kills-the-engine` always, one with `kills-once` the first time.
 */
if (!isMainThread) {
  parentPort?.on('message', ({ item }: { item: { path: string } }) => {
    if (item.path.includes('kills-the-engine')) process.kill(process.pid, 'SIGKILL');
    if (item.path.includes('kills-once') && !fs.existsSync(`${item.path}.done`)) {
      fs.writeFileSync(`${item.path}.done`, '');
      process.kill(process.pid, 'SIGKILL');
    }
  });
}
await import('../../../src/main/engine/engineProcess.ts');
