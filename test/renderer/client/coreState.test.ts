import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  AppState,
  JobProgress,
  ProjectChange,
  ProjectCounts,
  ProjectSummary,
} from '../../../src/protocol/api.ts';
import type { MapState } from '../../../src/protocol/map.ts';
import type { Revision } from '../../../src/protocol/revision.ts';
import { CoreState } from '../../../src/renderer/client/coreState.svelte.ts';
import { CoreOrder } from '../../../src/renderer/client/newest.svelte.ts';

const counts = (reviewed: number) => ({ images: 9, reviewed }) as ProjectCounts;
const job = (done: number): JobProgress => ({
  kind: 'scan',
  state: 'running',
  done,
  total: 9,
  imagesPerSecond: 0,
  secondsLeft: null,
  error: null,
});

/** A core's state: the parts that the page combines. */
interface Core {
  name: string;
  opening: number;
  number: number;
  reviewed: number;
  canUndo: boolean;
  done: number | null;
  map: number;
}

interface Known {
  state: AppState | null;
  map: MapState | null;
}

interface Word {
  revision: Revision;
  deliver(to: CoreState): void;
  /** The state of a page that gets everything at once. */
  naive(known: Known): Known;
}

const mapOf = (core: Core) => ({ madeAt: core.map }) as unknown as MapState;
const changeOf = (core: Core): ProjectChange => ({
  counts: counts(core.reviewed),
  canUndo: core.canUndo,
  canRedo: false,
  flaggedAt: 0.5,
});
const stateOf = (core: Core): AppState => ({
  version: core.name,
  project: {
    projectFile: `${core.opening}`,
    pictureVersion: 0,
    ...changeOf(core),
    fittedAt: null,
    queueChangedAt: null,
    decisionsLearned: 0,
  } as ProjectSummary,
  job: core.done === null ? null : job(core.done),
  recent: [],
  sample: null,
  offered: null,
});

function changeProject(known: Known, change: Partial<ProjectSummary>): Known {
  const { state } = known;
  return state?.project ? { ...known, state: { ...state, project: { ...state.project, ...change } } } : known;
}

const tell = {
  whole(core: Core, revision: Revision): Word {
    const state = stateOf(core);
    const isOther = (known: Known) =>
      known.state?.version !== state.version ||
      known.state.project?.projectFile !== state.project?.projectFile;
    return {
      revision,
      deliver: (to) => to.take({ ...state, revision }),
      naive: (known) => ({ state, map: isOther(known) ? null : known.map }),
    };
  },
  job(core: Core, revision: Revision): Word {
    const progress = core.done === null ? null : job(core.done);
    return {
      revision,
      deliver: (to) => to.takeJob(progress, revision),
      naive: (known) => ({ ...known, state: known.state && { ...known.state, job: progress } }),
    };
  },
  change(core: Core, revision: Revision): Word {
    const change = changeOf(core);
    return {
      revision,
      deliver: (to) => to.takeChange(change, revision),
      naive: (known) => changeProject(known, change),
    };
  },
  map(core: Core, revision: Revision): Word {
    const map = mapOf(core);
    return { revision, deliver: (to) => to.takeMap(map, revision), naive: (known) => ({ ...known, map }) };
  },
};

type Step =
  | 'open'
  | 'restart'
  | { reviewed: number; done: number | null; say: readonly (keyof typeof tell)[] };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom<Step>('open', 'restart') },
  {
    weight: 6,
    arbitrary: fc.record({
      reviewed: fc.nat(9),
      done: fc.option(fc.nat(9)),
      say: fc.subarray<keyof typeof tell>(['whole', 'job', 'change', 'map']),
    }),
  },
);

/** Everything that the cores of one session say; each sends its whole state when it opens a dataset. */
function wordsOf(steps: readonly Step[]): Word[] {
  let core: Core = { name: 'core 0', opening: 1, number: 0, reviewed: 0, canUndo: false, done: null, map: 0 };
  const words: Word[] = [];
  const say = (what: keyof typeof tell) => {
    core.number++;
    words.push(
      tell[what]({ ...core }, { core: core.name, opening: String(core.opening), number: core.number }),
    );
  };
  say('whole');
  for (const [index, next] of steps.entries()) {
    if (next === 'open') core = { ...core, opening: core.opening + 1, reviewed: 0, done: null };
    else if (next === 'restart')
      core = { ...core, name: `core ${index + 1}`, opening: 1, number: 0, done: null };
    else {
      core = { ...core, reviewed: next.reviewed, canUndo: next.reviewed > 0, done: next.done, map: index };
      for (const what of next.say) say(what);
    }
    if (typeof next === 'string') say('whole');
  }
  return words;
}

const storyInAnyOrder = fc
  .array(step, { maxLength: 12 })
  .map(wordsOf)
  .chain((words) => fc.tuple(fc.constant(words), fc.shuffledSubarray(words, { minLength: words.length })));

/** A page has connected to a core before it gets to the next. */
function pageOf(words: readonly Word[]): CoreState {
  const cores = new CoreOrder();
  for (const { revision } of words) cores.add(revision);
  return new CoreState(cores);
}

describe('the state of the core as the page knows it', () => {
  it('is what the core said last, in whatever order its answers and events come', () => {
    fc.assert(
      fc.property(storyInAnyOrder, ([words, order]) => {
        const page = pageOf(words);
        for (const word of order) word.deliver(page);
        const known = words.reduce<Known>((before, word) => word.naive(before), { state: null, map: null });
        expect({ state: page.state, map: page.map }).toEqual(known);
      }),
      { numRuns: 500 },
    );
  });

  it('takes a word that comes twice as one', () => {
    fc.assert(
      fc.property(storyInAnyOrder, ([words, order]) => {
        const page = pageOf(words);
        for (const word of words) word.deliver(page);
        const { state, map } = page;
        for (const word of order) word.deliver(page);
        expect({ state: page.state, map: page.map }).toEqual({ state, map });
      }),
    );
  });

  it('says whether other images are under review', () => {
    const page = new CoreState(new CoreOrder());
    const core: Core = {
      name: 'one',
      opening: 1,
      number: 1,
      reviewed: 0,
      canUndo: false,
      done: null,
      map: 0,
    };
    const take = (change: Partial<Core>) => {
      const { name, opening, number } = { ...core, ...change };
      return page.take({
        ...stateOf({ ...core, ...change }),
        revision: { core: name, opening: String(opening), number },
      });
    };
    expect(take({})).toBe('another dataset');
    expect(take({ number: 3, reviewed: 4 })).toBe('some');
    expect(take({ number: 2 })).toBe('none');
    expect(take({ number: 4, opening: 2 })).toBe('another dataset');
    const { projectFile } = stateOf({ ...core, opening: 2 }).project as ProjectSummary;
    const opened = (opening: number, classes: string[]) => {
      const state = stateOf({ ...core, opening: 2 });
      const project = { ...state.project, projectFile, classes: classes.map((name) => ({ name })) };
      return page.take({
        ...state,
        project: project as ProjectSummary,
        revision: { core: 'one', opening: String(opening), number: 4 + opening },
      });
    };
    expect(opened(3, ['happy', 'sad'])).toBe('another dataset'); // a label's number means another class
    expect(opened(4, ['happy', 'sad'])).toBe('other images');
    expect(opened(5, ['sad', 'happy'])).toBe('another dataset');
    take({ number: 20, opening: 2 });
    // A core that was started again has the same dataset open.
    expect(take({ name: 'two', opening: 2 })).toBe('some');
    expect(take({ number: 25, opening: 2 })).toBe('none');
  });
});
