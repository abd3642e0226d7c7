#!/usr/bin/env node
import { join } from 'node:path';
import { root, runOnNode24 } from './node24.js';

await runOnNode24(join(root, 'out', 'main', 'cli.js'), process.argv.slice(2));
