import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const MODULE = join(import.meta.dirname, '../../../src/main/opened/faults.ts');

/** Runs a program that survives faults, and has the given ones. */
function run(faults: string, data: string) {
  const program = `
    import { surviveFaults } from ${JSON.stringify(MODULE)};
    process.on('uncaughtException', () => process.exit(7));
    surviveFaults();
    ${faults}
    setTimeout(() => console.log('still here'), 100);
  `;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    env: { ...process.env, GREFEL_DATA_DIR: data },
  });
}

describe('what nothing has caught', () => {
  it('is recorded, and the process goes on', () => {
    const data = join(temporaryFolder(), 'data');
    const { stdout, stderr, status } = run(
      `void Promise.reject(new Error('the disk is full'));
       setTimeout(() => { throw new Error('thrown by a timer'); }, 10);`,
      data,
    );
    expect(stdout).toContain('still here');
    expect(status).toBe(0);
    for (const text of [stderr, readFileSync(join(data, 'faults.log'), 'utf8')]) {
      expect(text).toContain('the disk is full');
      expect(text).toContain('thrown by a timer');
    }
  });

  it('ends nothing where it cannot be recorded either', () => {
    const { stdout, status } = run(`void Promise.reject('no reason');`, '/dev/null/data');
    expect(stdout).toContain('still here');
    expect(status).toBe(0);
  });
});
