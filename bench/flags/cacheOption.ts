import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Of a benchmark that keeps predictions for its next run: `--cache FOLDER`. */
export const cacheOption = { cache: { type: 'string', default: join(tmpdir(), 'grefel-bench') } } as const;
