import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { doJob } from '../../../src/main/decoding/jobs.ts';
import { ImageProblem } from '../../../src/main/images/index.ts';
import { makeColourDataset } from '../../support/colourDataset.ts';
import { SYSTEM_CODES, withFailingStorage } from '../../support/failingStorage.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

describe('a picture whose file cannot be read', () => {
  it.each(['thumbnail', 'full', 'photograph', 'framed'] as const)(
    'for a %s says why, and is shown once it can',
    async (kind) => {
      const folder = temporaryFolder();
      await makeColourDataset(folder, { 'happy/1.png': 'happiness' });
      const region =
        kind === 'photograph' ? { kind: 'box' as const, left: 2, top: 2, width: 20, height: 20 } : null;
      const source = { path: join(folder, 'happy/1.png'), region };
      const show = () =>
        doJob(
          { kind, source, side: 64, width: 64, height: 64, framing: null } as Parameters<typeof doJob>[0],
          async () => {},
        );
      const calls = await withFailingStorage(folder, null, show);
      expect(calls.length).toBeGreaterThan(0);
      for (const code of SYSTEM_CODES) {
        for (let at = 1; at <= calls.length; at++) {
          let failure: unknown;
          await withFailingStorage(folder, { at, code }, async () => {
            failure = await show().then(
              () => null,
              (error: unknown) => error,
            );
          });
          expect(failure, `${code} at ${calls[at - 1]}`).toBeInstanceOf(ImageProblem);
          const { reason } = failure as ImageProblem;
          expect(reason).toMatch(/^.{8,}/);
          expect(reason).not.toMatch(/injected|undefined|\/happy|\n/);
        }
      }
      expect(await show()).toBeDefined();
    },
  );
});
