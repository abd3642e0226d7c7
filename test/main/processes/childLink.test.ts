import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
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
