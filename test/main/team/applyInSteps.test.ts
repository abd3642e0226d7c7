import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ProjectFile } from '../../../src/main/project/index.ts';
import { VerdictLog } from '../../../src/main/review/verdicts.ts';
import { DecisionImport } from '../../../src/main/team/applyDecisions.ts';
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
function importOf(project: ProjectFile, images = IMAGES): DecisionImport {
  const decisions = new DecisionImport(project);
  for (let index = 0; index < images; index++) {
    for (const [place, annotator] of ['ann', 'bob'].entries()) {
      const label = ['happy', 'sad', 'anger'][(index + (index % 5 === 0 ? 0 : place)) % 3] as string;
      const decidedAt = new Date(1.7e12 + index * 1000).toISOString();
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

  it.each([1, 3, 6])('that fail at step %i stand all or not at all', async (step) => {
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
    project.close();
  });

  it('that a person stops stand not at all', async () => {
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
});
