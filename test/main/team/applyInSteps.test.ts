import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ProjectFile } from '../../../src/main/project/index.ts';
import { VerdictLog } from '../../../src/main/review/index.ts';
import { DecisionImport } from '../../../src/main/team/decisionImport.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const IMAGES = 5000;

function projectOf(images = IMAGES): ProjectFile {
  const folder = temporaryFolder();
  const project = ProjectFile.openForWriting(join(folder, 'project.sqlite'));
  project.transaction(() => {
    project.dataset.write(folder, {
      layout: 'table',
      title: '',
      confidence: 1,
      reason: '',
      options: {},
      classes: [],
      splits: [],
      images,
      problems: [],
    });
    project.dataset.addClasses(['happy', 'sad', 'anger']);
    for (let index = 0; index < images; index++) {
      const image = `${index}.png`;
      const rest = { split: null, givenClass: index % 3, problem: null, sizeBytes: 1, mtimeMs: 1 };
      project.samples.list({ ordinal: index, image, path: image, ...rest });
    }
  });
  return project;
}

/** Two annotators on every image, some of them of one mind, and one of them again on a few. */
function importOf(project: ProjectFile, images = IMAGES, fromMs = 1.7e12): DecisionImport {
  const decisions = new DecisionImport(project);
  for (let index = 0; index < images; index++) {
    for (const [place, annotator] of ['ann', 'bob'].entries()) {
      const label = ['happy', 'sad', 'anger'][(index + (index % 5 === 0 ? 0 : place)) % 3] as string;
      const decidedAt = new Date(fromMs + index * 1000).toISOString();
      decisions.add(
        {
          image: `${index}.png`,
          annotator,
          outcome: { kind: 'label', label, kept: false },
          decidedAt,
          line: index,
        },
        'file.csv',
      );
    }
  }
  return decisions;
}

const standing = (project: ProjectFile) =>
  Array.from(project.samples.indexed(), ({ id }) => {
    const sample = project.samples.byId(id);
    return [
      sample?.currentVerdict,
      sample?.currentClass,
      sample?.currentAnnotators,
      sample?.currentDecidedAt,
    ];
  });

describe('many decisions of others', () => {
  it('come to the same in steps as in one transaction, and change nothing when they come again', async () => {
    const [atOnce, inSteps] = [projectOf(), projectOf()];
    const applied = importOf(atOnce).apply();
    expect(await importOf(inSteps).applyInSteps()).toEqual(applied);
    expect(applied.applied).toBe(2 * IMAGES);
    expect(standing(inSteps)).toEqual(standing(atOnce));
    expect(await importOf(inSteps).applyInSteps()).toMatchObject({ applied: 0, unchanged: 2 * IMAGES });
    const log = new VerdictLog(inSteps, 'bob');
    log.undo();
    expect(inSteps.verdicts.allVotes().map(({ annotator }) => annotator)).not.toContain('bob');
    for (const project of [atOnce, inSteps]) project.close();
  });

  it('leave room between their steps for a decision that is saved meanwhile', async () => {
    const project = projectOf();
    const applying = importOf(project).applyInSteps();
    await nextTurn();
    new VerdictLog(project, 'eve').decide({ sampleIds: [7], verdict: 'excluded', label: null, note: '' });
    expect(project.verdicts.allVotes().length).toBeLessThan(2 * IMAGES);
    await applying;
    expect(project.verdicts.votesOf(7).map(({ annotator }) => annotator)).toEqual(
      expect.arrayContaining(['ann', 'bob', 'eve']),
    );
    project.close();
  });

  it('replace no newer decision that a new annotator saves meanwhile', async () => {
    const project = projectOf();
    const applying = importOf(project, IMAGES, Date.UTC(2026, 0, 1)).applyInSteps({ votesAtOnce: 1000 });
    await nextTurn();
    expect(project.verdicts.votesOf(IMAGES)).toEqual([]);
    const newer = { sampleIds: [IMAGES], verdict: 'excluded' as const, label: null, note: '' };
    new VerdictLog(project, 'ann').decide(newer);
    expect(await applying).toMatchObject({ outdated: 1, applied: 2 * IMAGES - 1 });
    expect(project.verdicts.voteOf(IMAGES, 'ann')?.verdict).toBe('excluded');
    project.close();
  });

  it.each([0.6, 1, 3, 6])('that fail at step %i are applied completely or not at all', async (step) => {
    const project = projectOf();
    new VerdictLog(project, 'eve').decide({ sampleIds: [7], verdict: 'excluded', label: null, note: '' });
    const before = standing(project);
    const { append } = project.verdicts;
    let left = step * 1000 - 500;
    project.verdicts.append = (...inputs: Parameters<typeof append>) => {
      if (left-- === 0) throw Object.assign(new Error('injected'), { code: 'SQLITE_FULL' });
      append(...inputs);
    };
    await expect(importOf(project).applyInSteps()).rejects.toMatchObject({ code: 'disk-full' });
    expect(standing(project)).toEqual(before);
    new VerdictLog(project, 'zoe').decide({ sampleIds: [8], verdict: 'kept', label: null, note: '' });
    expect(new VerdictLog(project, 'zoe').undo()).toEqual([8]);
    project.close();
  });

  it('that a person stops are not applied at all', async () => {
    const project = projectOf();
    const before = standing(project);
    const stop = new AbortController();
    const applying = importOf(project).applyInSteps({ votesAtOnce: 1000, signal: stop.signal });
    await nextTurn();
    expect(standing(project)).not.toEqual(before);
    stop.abort();
    await expect(applying).rejects.toMatchObject({ code: 'interrupted' });
    expect(standing(project)).toEqual(before);
    project.close();
  });

  it('that were killed on the way are taken back when the project is next opened', async () => {
    const project = projectOf();
    const before = standing(project);
    const log = new VerdictLog(project, 'ann');
    const decisions = Array.from({ length: 2500 }, (_, index) => ({
      sampleId: index + 1,
      verdict: 'excluded' as const,
      label: null,
      decidedAt: '2026-01-03T00:00:00.000Z',
    }));
    await log.beginDecidingEach(decisions, () => {});
    expect(standing(project)).not.toEqual(before);
    const { path } = project;
    project.close(); // as a kill leaves it: begun, and not finished
    const again = ProjectFile.openForWriting(path);
    expect(again.hasUndoneImport).toBe(true);
    expect(standing(again)).toEqual(before);
    expect(again.verdicts.history(1).map(({ verdict }) => verdict)).toEqual(['excluded', 'cleared']);
    again.close();
  });

  it('that were killed on the way are as if they had never been: for readers, for redo, and when they come again', async () => {
    const project = projectOf(20);
    const ann = new VerdictLog(project, 'ann');
    const decidedAt = '2020-01-01T00:00:00.000Z';
    ann.decide({ sampleIds: [1, 2, 3, 4], verdict: 'excluded', label: null, note: '', decidedAt });
    ann.decide({ sampleIds: [5], verdict: 'ambiguous', label: null, note: '', decidedAt });
    ann.undo();
    const before = standing(project);
    const killed = () => {
      throw new Error('killed');
    };
    Object.assign(project.unfinished, { finish: killed, undo: killed });
    await expect(importOf(project, 20).applyInSteps()).rejects.toThrow('killed');
    const reader = ProjectFile.openForReading(project.path);
    expect(standing(reader)).toEqual(before);
    reader.close();
    new VerdictLog(project, 'ann').decide({ sampleIds: [9], verdict: 'excluded', label: null, note: '' });
    const { path } = project;
    project.close();

    const read = ProjectFile.openForReading(path);
    const again = ProjectFile.openForWriting(path);
    expect(standing(read)).toEqual(standing(again));
    read.close();
    expect(standing(again).toSpliced(8, 1)).toEqual(before.toSpliced(8, 1));
    expect(again.samples.byId(9)?.currentVerdict).toBe('excluded');
    const log = new VerdictLog(again, 'ann');
    expect(log.canRedo).toBe(false);
    expect(log.undo()).toEqual([9]);
    expect(importOf(again, 20).apply()).toMatchObject({ applied: 40, outdated: 0, unchanged: 0 });
    again.close();
  });
});
