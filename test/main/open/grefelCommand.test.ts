import { afterEach, describe, expect, it, vi } from 'vitest';
import { notScanned } from '../../../src/main/open/index.ts';

describe('a command to run next', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it.each([
    ['as the program was started by npx', 'exec', 'Run: npx grefel scan "/data/my faces"'],
    ['as it was started otherwise', 'run-script', 'Run: grefel scan "/data/my faces"'],
  ])('can be pasted, %s', (_, npmCommand, hint) => {
    vi.stubEnv('npm_command', npmCommand);
    expect(notScanned('/data/my faces')).toMatchObject({
      message: '/data/my faces has not been scanned yet',
      hint,
    });
  });
});
