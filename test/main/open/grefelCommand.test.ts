import { afterEach, describe, expect, it, vi } from 'vitest';
import { commandFor, notScanned } from '../../../src/main/open/index.ts';
import { defaultProjectFile } from '../../../src/main/opened/index.ts';

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

  it('names the project file that was named', () => {
    expect(notScanned('/data/my faces', '/work/one.sqlite').hint).toMatch(
      /grefel scan "\/data\/my faces" --project "\/work\/one.sqlite"$/,
    );
  });

  it('names an open project only where it is not the one of its folder', () => {
    const file = defaultProjectFile('/data/my faces');
    expect(commandFor('flags', '/data/my faces', { path: file })).toMatch(/grefel flags "\/data\/my faces"$/);
    expect(commandFor('flags', '/data/my faces', { path: '/work/one.sqlite' })).toMatch(
      /--project "\/work\/one.sqlite"$/,
    );
  });
});
