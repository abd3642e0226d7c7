import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { ProjectFile } from '../../../src/main/project/index.ts';
import { fillDisk, hasSmallDisk, mountSmallDisk } from '../../support/smallDisk.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** A project with this many entries in its log. */
function decide(file: string, entries: number): ProjectFile {
  const project = ProjectFile.openForWriting(file);
  for (let entry = 0; entry < entries; entry++) {
    project.verdicts.appendAction({ annotator: 'ann', kind: 'do', at: new Date().toISOString() });
  }
  return project;
}

/** A project with a backup of one entry, damaged since. */
async function damagedProject(folder = temporaryFolder()): Promise<string> {
  const file = join(folder, 'project.sqlite');
  const project = decide(file, 1);
  await project.keepBackup();
  project.close();
  writeFileSync(file, Buffer.alloc(20_000, 0xa5));
  return file;
}

/** All files in a project's folder, by name. */
function contents(file: string): Map<string, Buffer> {
  const folder = dirname(file);
  const kept = readdirSync(folder).filter(
    (name) => name.startsWith(basename(file)) && !/-(lock|holder|shm)$/.test(name),
  );
  return new Map(kept.map((name) => [name, readFileSync(join(folder, name))]));
}

function entries(file: string): number {
  const database = new Database(file, { readonly: true });
  const count = database.prepare('SELECT count(*) FROM actions').pluck().get() as number;
  database.close();
  return count;
}

describe('restoring the backup', () => {
  it('of a file that is gone does not take the log that it left for the log of the backup', async () => {
    const file = join(temporaryFolder(), 'project.sqlite');
    const project = decide(file, 1);
    await project.keepBackup();
    for (let entry = 0; entry < 50; entry++) {
      project.verdicts.appendAction({ annotator: 'bob', kind: 'do', at: '2026-01-01' });
    }
    const log = readFileSync(`${file}-wal`);
    project.close();
    rmSync(file);
    writeFileSync(`${file}-wal`, log);
    ProjectFile.openForWriting(file, { restore: true }).close();
    expect(entries(file)).toBe(1);
    expect(readdirSync(dirname(file)).some((name) => /damaged-.*-wal$/.test(name))).toBe(true);
  });

  it('keeps the damaged file beside it', async () => {
    const file = await damagedProject();
    expect(() => ProjectFile.openForWriting(file)).toThrow(/damaged/);
    ProjectFile.openForWriting(file, { restore: true }).close();
    expect(entries(file)).toBe(1);
    const [aside] = readdirSync(dirname(file)).filter((name) => name.includes('.damaged-'));
    expect(readFileSync(join(dirname(file), aside as string))).toEqual(Buffer.alloc(20_000, 0xa5));
  });

  it('moves nothing while another process has the project open', async () => {
    const file = join(temporaryFolder(), 'project.sqlite');
    const project = decide(file, 1);
    await project.keepBackup();
    project.close();
    const holder = fork(join(import.meta.dirname, 'holdProject.ts'), [file]);
    await once(holder, 'message');
    try {
      const before = contents(file);
      expect(() => ProjectFile.openForWriting(file, { restore: true })).toThrow(/in use/);
      expect(contents(file)).toEqual(before);
    } finally {
      holder.kill('SIGKILL');
    }
  });

  it('changes nothing where the backup is damaged too, or is not there', async () => {
    const file = await damagedProject();
    truncateSync(`${file}.last-good`, 6000);
    const before = contents(file);
    expect(() => ProjectFile.openForWriting(file, { restore: true })).toThrow(/backup .* is damaged too/);
    expect(contents(file)).toEqual(before);
    rmSync(`${file}.last-good`);
    expect(() => ProjectFile.openForWriting(file, { restore: true })).toThrow(/no backup/);
    expect(existsSync(file)).toBe(true);
  });

  it.skipIf(!hasSmallDisk)('on a full disk changes nothing, and works once there is space', async () => {
    const disk = temporaryFolder();
    mountSmallDisk(disk, 1024);
    const file = await damagedProject(disk);
    const freeDisk = fillDisk(disk);
    const before = contents(file);
    expect(() => ProjectFile.openForWriting(file, { restore: true })).toThrow(/no space/);
    expect(contents(file)).toEqual(before);
    freeDisk();
    ProjectFile.openForWriting(file, { restore: true }).close();
    expect(entries(file)).toBe(1);
  });

  it('is offered where the project itself is gone, and no empty one takes its place', async () => {
    const file = await damagedProject();
    renameSync(file, `${file}.elsewhere`);
    expect(() => ProjectFile.openForWriting(file)).toThrow(/missing/);
    expect(() => ProjectFile.openForReading(file)).toThrow(/missing/);
    expect(existsSync(file)).toBe(false);
    ProjectFile.openForWriting(file, { restore: true }).close();
    expect(entries(file)).toBe(1);
  });

  it('finds the backup with the longer log still there when another project was backed up over it', async () => {
    const file = await damagedProject();
    rmSync(file);
    renameSync(`${file}.last-good`, `${file}.kept`);
    const project = ProjectFile.openForWriting(file);
    renameSync(`${file}.kept`, `${file}.last-good`);
    await project.keepBackup();
    project.close();
    expect(readdirSync(dirname(file)).filter((name) => name.includes('.last-good-2'))).toHaveLength(1);
  });
});
