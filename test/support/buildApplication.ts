import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Builds what the tests of the whole application run, once before them, so that none sees an older build. */
export default function buildApplication(): void {
  execFileSync('npm', ['run', 'build'], { cwd: join(import.meta.dirname, '../..'), stdio: 'pipe' });
}
