// npm start [-- FOLDER]: the desktop app; where it cannot run, the same screen in a browser.
import { join } from 'node:path';
import { root, runOnNode24 } from './node24.js';

console.error(
  'The desktop window is not part of this version yet: serving the same screen at a local address.',
);
await runOnNode24(join(root, 'out', 'main', 'cli.js'), ['serve', ...process.argv.slice(2)]);
