import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ProjectFile } from '../../../../src/main/project/index.ts';
import { readLabelFit } from '../../../../src/main/tune/index.ts';
import { COLOURS, type ColourName, makeColourDataset, TINY_MODELS } from '../../../support/colourDataset.ts';
import { temporaryDataFolder, temporaryFolder } from '../../../support/temporaryFolder.ts';

const PROGRAM = join(import.meta.dirname, '../../../../src/main/hosts/cli/main.ts');
const MODEL = join(TINY_MODELS, 'tiny.onnx');

/** Two classes that the model does not know, so that the flags come from the tuned model. */
async function madeUpClasses(): Promise<string> {
  const folder = join(temporaryFolder(), 'faces');
  const colours = Object.keys(COLOURS) as ColourName[];
  const images = Array.from({ length: 48 }, (_, n): [string, ColourName] => {
    const colour = n % colours.length;
    return [`${colour < 4 || n === 5 ? 'grue' : 'bleen'}/${n}.png`, colours[colour] as ColourName];
  });
  await makeColourDataset(folder, Object.fromEntries(images));
  return folder;
}

it.skipIf(process.platform === 'win32')(
  'a fit whose processes are killed with -9 goes on at its last step, and the flags are the same',
  async () => {
    temporaryDataFolder();
    const folder = await madeUpClasses();
    const scan = (project: string) => [PROGRAM, 'scan', folder, '--model', MODEL, '--project', project];
    const run = (...args: string[]) => spawnSync(process.execPath, args, { encoding: 'utf8' });
    const flagsOf = (project: string) =>
      JSON.parse(
        run(PROGRAM, 'flags', folder, '--all', '--limit', '48', '--json', '--project', project).stdout,
      );

    const whole = join(temporaryFolder(), 'whole.sqlite');
    expect(run(...scan(whole)).status).toBe(0);

    const killed = join(temporaryFolder(), 'killed.sqlite');
    const steps = join(`${killed}.fit`, fitFolderName(whole), 'steps');
    mkdirSync(steps, { recursive: true });
    const killAt = async (step: string) => {
      // A pipe in a step's place: whoever opens it waits for the other, so the fit is there when `open` returns.
      const pipe = join(steps, `${step}.step`);
      expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
      const child = spawn(process.execPath, scan(killed), { detached: true, stdio: 'ignore' });
      const gone = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
      const reached = await open(pipe, 'w');
      process.kill(-(child.pid as number), 'SIGKILL');
      expect(await gone).toBe('SIGKILL');
      await reached.close();
      rmSync(pipe);
    };
    const writtenAt = (step: string) => statSync(join(steps, `${step}.step`)).mtimeMs;

    await killAt('attention');
    const first = writtenAt('tuned');
    await killAt('anchors-3');
    expect(writtenAt('tuned')).toBe(first);
    expect(writtenAt('anchors-2')).toBeGreaterThan(first);

    expect(run(...scan(killed)).status).toBe(0);
    const flags = flagsOf(killed);
    expect(flags).toEqual(flagsOf(whole));
    expect(flags.map(({ image }: { image: string }) => image)).toContain('grue/5.png');
    expect(() => statSync(`${killed}.fit`)).toThrow();
  },
  180_000,
);

/** A fit of the same labels and model has the same folder in every project. */
function fitFolderName(projectPath: string): string {
  const project = ProjectFile.openForReading(projectPath);
  const signature = readLabelFit(project)?.signature ?? '';
  project.close();
  return createHash('sha256').update(signature).digest('hex').slice(0, 16);
}
