import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { forkChild } from '../../../src/main/processes/index.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

it('a child of a process that Node watches sends what its program says, and nothing else', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'part.mjs'), "export const word = 'hello';");
  writeFileSync(
    join(folder, 'child.mjs'),
    "import { word } from './part.mjs';\nprocess.send(word, () => process.disconnect());",
  );
  const heard: unknown[] = [];
  const env = { ...process.env, WATCH_REPORT_DEPENDENCIES: '1' };
  await new Promise((resolve) => {
    forkChild(
      { entry: join(folder, 'child.mjs'), env },
      { message: (message) => heard.push(message), exit: resolve },
    );
  });
  expect(heard).toEqual(['hello']);
});

it.each([
  ['1', true],
  ['', false],
])('with GREFEL_VERBOSE=%j the stack trace of a child that fails is shown: %s', async (verbose, shown) => {
  vi.stubEnv('GREFEL_VERBOSE', verbose);
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    write.mockRestore();
  });
  const entry = join(temporaryFolder(), 'child.mjs');
  writeFileSync(entry, "throw new Error('no room');");
  const stderr = await new Promise<string>((resolve) => {
    forkChild({ entry }, { message: () => {}, exit: (_how, stderr) => resolve(stderr) });
  });
  expect(stderr).toContain('Error: no room\n    at ');
  expect(write.mock.calls.join('').includes('Error: no room\n    at ')).toBe(shown);
});
