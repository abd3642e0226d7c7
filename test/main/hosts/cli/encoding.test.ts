import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../../../src/main/hosts/cli/program.ts';
import { Workspace } from '../../../../src/main/workspace/index.ts';
import { makeColourDataset, SMALL_DATASET } from '../../../support/colourDataset.ts';
import { temporaryDataFolder, temporaryFolder } from '../../../support/temporaryFolder.ts';

const AT = '2026-01-01T10:00:00.000Z';
const DECISIONS = `image,label_clean,status,annotator,decided_at\nhappy/wrong.png,sad,relabelled,Łukasz,${AT}\n`;
const TRUTH = 'image,label,by\nhappy/wrong.png,sad,Łukasz\nhappy/1.png,happy,Łukasz\n';

function fileOf(text: string, encoding: string): string {
  const file = join(temporaryFolder(), 'table.csv');
  writeFileSync(file, iconv.encode(text, encoding));
  return file;
}

async function run(...args: string[]) {
  const said = { out: '', error: '' };
  const collect = (kind: keyof typeof said) => (text: string | Uint8Array) => {
    said[kind] += text;
    return true;
  };
  const out = vi.spyOn(process.stdout, 'write').mockImplementation(collect('out'));
  const error = vi.spyOn(process.stderr, 'write').mockImplementation(collect('error'));
  try {
    return { status: await runCommand(args), ...said };
  } finally {
    out.mockRestore();
    error.mockRestore();
  }
}

async function dataset(): Promise<string> {
  temporaryDataFolder();
  const folder = join(temporaryFolder(), 'faces');
  await makeColourDataset(folder, SMALL_DATASET);
  await (await Workspace.open(folder, 'ann')).close();
  return folder;
}

describe('--encoding', () => {
  it('names the encoding of decisions that nothing else tells', async () => {
    const folder = await dataset();
    const file = fileOf(DECISIONS, 'windows-1250');
    expect(await run('apply', folder, file)).toMatchObject({
      status: 1,
      error: expect.stringMatching(/line 2 would be ".ukasz" in .*--encoding/s),
    });
    expect(await run('apply', folder, file, '--encoding', 'Windows-1250')).toMatchObject({
      status: 0,
      out: '1 decision by Łukasz imported, 0 already present\n',
    });
  });

  it('names that of files to merge', async () => {
    const file = fileOf(DECISIONS, 'windows-1250');
    expect(await run('merge', file, '--out', '-')).toMatchObject({ status: 1, out: '' });
    expect(await run('merge', file, '--out', '-', '--encoding', 'cp1250')).toMatchObject({
      status: 0,
      out: expect.stringContaining('Łukasz'),
    });
  });

  it('names that of the truth', async () => {
    const folder = await dataset();
    const file = fileOf(TRUTH, 'utf-16be');
    expect(await run('eval', folder, '--truth', file, '--encoding', 'utf-16be')).toMatchObject({ status: 0 });
    expect(await run('eval', folder, '--truth', file, '--encoding', 'utf-8')).toMatchObject({ status: 1 });
  });

  it('is refused where the bytes are none of its characters, or where there is none of its name', async () => {
    const folder = await dataset();
    const file = fileOf(DECISIONS, 'windows-1250');
    expect(await run('apply', folder, file, '--encoding', 'utf-8')).toMatchObject({
      status: 1,
      error: expect.stringContaining('has characters that are not UTF-8'),
    });
    for (const command of [
      ['apply', folder, file],
      ['merge', file, '--out', '-'],
      ['eval', folder, '--truth', file],
    ])
      expect(await run(...command, '--encoding', 'klingon')).toMatchObject({
        status: 2,
        error: 'grefel: klingon is not a known encoding\n',
      });
  });
});
