import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { VERDICTS, type VerdictKind } from '../../../src/domain/verdicts.ts';
import { ProjectFile } from '../../../src/main/project/index.ts';
import { VerdictLog } from '../../../src/main/review/index.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const IMAGES = 4;

function openProject(): ProjectFile {
  const project = ProjectFile.openForWriting(join(temporaryFolder(), 'project.sqlite'));
  onTestFinished(() => project.close());
  project.dataset.addClasses(['happy', 'sad']);
  for (let ordinal = 0; ordinal < IMAGES; ordinal++) listImage(project, ordinal);
  return project;
}

function listImage(project: ProjectFile, ordinal: number): void {
  const image = `${ordinal}.png`;
  const file = { problem: null, sizeBytes: 1, mtimeMs: 1 };
  project.samples.list({ ordinal, image, path: image, split: null, givenClass: 0, ...file });
}

const decision = (sampleIds: number[], verdict: VerdictKind) => ({
  sampleIds,
  verdict,
  label: verdict === 'relabelled' ? 1 : null,
  note: '',
});

const verdictsOf = (project: ProjectFile) =>
  [...project.samples.all()].map(({ currentVerdict }) => currentVerdict);

describe('verdicts', () => {
  it('are undone and redone in any order as a list of states would be, across restarts', () => {
    const command = fc.oneof(
      fc.record({
        ids: fc.uniqueArray(fc.integer({ min: 1, max: IMAGES })),
        verdict: fc.constantFrom(...VERDICTS),
      }),
      fc.constantFrom('undo' as const, 'redo' as const, 'restart' as const),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 12 }), (commands) => {
        const project = openProject();
        let log = new VerdictLog(project, 'ann');
        const states: (VerdictKind | null)[][] = [new Array<null>(IMAGES).fill(null)];
        let at = 0;
        for (const step of commands) {
          if (step === 'restart') log = new VerdictLog(project, 'ann');
          else if (step === 'undo') {
            log.undo();
            at = Math.max(0, at - 1);
          } else if (step === 'redo') {
            log.redo();
            at = Math.min(states.length - 1, at + 1);
          } else {
            log.decide(decision(step.ids, step.verdict));
            if (step.ids.length === 0) continue; // decides nothing, so that redo stays
            const next = states[at]?.map((state, index) =>
              step.ids.includes(index + 1) ? step.verdict : state,
            );
            states.splice(++at, states.length, next ?? []);
          }
          expect(verdictsOf(project)).toEqual(states[at]);
          expect(log.canUndo).toBe(at > 0);
          expect(log.canRedo).toBe(at < states.length - 1);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('on more than a hundred thousand images are taken back, and brought back, by one step', () => {
    const project = openProject();
    const many = 100_500;
    project.transaction(() => {
      for (let ordinal = IMAGES; ordinal < many; ordinal++) listImage(project, ordinal);
    });
    const ids = Array.from({ length: many }, (_, ordinal) => ordinal + 1);
    const log = new VerdictLog(project, 'ann');
    log.decide(decision([1], 'ambiguous'));
    const [relabelled, rest] = [ids.slice(0, 40_000), ids.slice(40_000)];
    const parts = [decision(relabelled, 'relabelled'), decision(rest, 'kept')];
    log.decideAll(parts, { note: '' });
    const counts = () => {
      const found = new Map<string | null, number>();
      for (const verdict of verdictsOf(project)) found.set(verdict, (found.get(verdict) ?? 0) + 1);
      return Object.fromEntries(found);
    };
    const decided = { relabelled: 40_000, kept: 60_500 };
    expect(counts()).toEqual(decided);
    expect(log.undo()).toHaveLength(many);
    expect(counts()).toEqual({ ambiguous: 1, null: many - 1 });
    expect(log.redo()).toHaveLength(many);
    expect(counts()).toEqual(decided);
  });

  it('keep every step in the log, undo included', () => {
    const project = openProject();
    const log = new VerdictLog(project, 'ann');
    log.decide(decision([1], 'kept'));
    log.decide(decision([1], 'excluded'));
    log.undo();
    log.undo();
    const history = project.verdicts.history(1).map(({ verdict }) => verdict);
    expect(history).toEqual(['kept', 'excluded', 'kept', 'cleared']);
  });

  it('that are sent twice, because the answer was lost, count once', () => {
    const project = openProject();
    const log = new VerdictLog(project, 'ann');
    log.decide({ ...decision([1], 'kept'), requestId: 'first-key' });
    log.decide({ ...decision([1], 'excluded'), requestId: 'second-key' });
    log.decide({ ...decision([1], 'excluded'), requestId: 'second-key' });
    log.undo('third-key');
    expect(new VerdictLog(project, 'ann').undo('third-key')).toEqual([1]);
    expect(project.samples.byId(1)?.currentVerdict).toBe('kept');
    expect(project.verdicts.history(1)).toHaveLength(3);
  });

  it('on no image, which older versions appended, are skipped by undo and redo', () => {
    const project = openProject();
    const append = (kind: 'do' | 'undo', target: number | null = null) =>
      project.verdicts.appendAction({ annotator: 'ann', kind, target, at: '2026-01-01T00:00:00.000Z' });
    new VerdictLog(project, 'ann').decide(decision([1], 'kept'));
    new VerdictLog(project, 'ann').decide(decision([2], 'excluded'));
    append('undo', append('do'));
    append('do');
    const log = new VerdictLog(project, 'ann');
    expect(log.undo()).toEqual([2]);
    append('do');
    expect(new VerdictLog(project, 'ann').redo()).toEqual([2]);
  });

  it("of one annotator are not undone by another's undo", () => {
    const project = openProject();
    new VerdictLog(project, 'ann').decide(decision([1], 'kept'));
    const ben = new VerdictLog(project, 'ben');
    expect(ben.undo()).toEqual([]);
    ben.decide(decision([1], 'excluded'));
    expect(project.samples.byId(1)?.currentAnnotators).toBe('ann;ben');
    ben.undo();
    expect(project.samples.byId(1)).toMatchObject({ currentVerdict: 'kept', currentAnnotators: 'ann' });
  });

  it('on an image or class that is not there are refused as a whole', () => {
    const project = openProject();
    const log = new VerdictLog(project, 'ann');
    expect(() => log.decide(decision([1, 99], 'kept'))).toThrow(/no image with id 99/);
    expect(() => log.decide({ sampleIds: [1], verdict: 'relabelled', label: 7, note: '' })).toThrow(
      /no class 7/,
    );
    expect(project.verdicts.history(1)).toEqual([]);
    expect(log.canUndo).toBe(false);
  });
});
