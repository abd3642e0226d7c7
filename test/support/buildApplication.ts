import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Builds the application for its tests, once before them, so that none uses an older build. */
export default function buildApplication(): void {
  execFileSync('npm', ['run', 'build'], { cwd: join(import.meta.dirname, '../..'), stdio: 'pipe' });
}
