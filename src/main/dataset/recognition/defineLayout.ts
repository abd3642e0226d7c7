import { type LabelWriter, writeSource } from '../writing/writeSource.ts';
import { inSpellingOf, withComposedNames } from './composedNames.ts';
import type { FolderListing } from './folderListing.ts';
import { labelOfText } from './labelText.ts';
import type { Layout, LayoutChoice, LayoutOptions, Problem, Recognition, SampleRecord } from './layout.ts';
import { withinFolder } from './leavingPaths.ts';
import { ProblemTally, type Sentences } from './problemTally.ts';
import { withoutSharedMatches } from './sharedMatches.ts';
import { ROW_SENTENCES, type Survey, surveySamples } from './survey.ts';

/** The result of inspecting a folder's names. */
interface Found<Plan> {
  plan: Plan;
  /** One sentence for the user. */
  reason: string;
  /** Detected choices beyond the layout itself. */
  options?: Record<string, string>;
  /** Image files that should have a row; by default all. */
  belongs?: (path: string) => boolean;
}

/** A layout as its file describes it; `defineLayout` makes the rest of it. */
interface LayoutDescription<Plan>
  extends Pick<Layout, 'id' | 'title' | 'mark' | 'classes' | 'writes' | 'picturesInTable'> {
  /** Null where the folder is not of this layout. */
  find(listing: FolderListing, options: LayoutOptions): Promise<Found<Plan> | null> | Found<Plan> | null;
  /** In the dataset's order. Skipped rows are reported with a kind of `sentences`. */
  rows(listing: FolderListing, plan: Plan, problems: ProblemTally): AsyncIterable<SampleRecord>;
  sentences?: Sentences;
  /** 0 to 1; by default that of a folder whose marks belong to one dataset only. */
  confidence?(survey: Survey, plan: Plan, listing: FolderListing): number;
  /** Further problems to report. */
  problems?(plan: Plan, listing: FolderListing): Promise<Problem[]> | Problem[];
  /** Alternatives for reading the folder. */
  choices?(plan: Plan): LayoutChoice[];
  /** With the plan as the rows left it. */
  writer: LabelWriter | ((plan: Plan) => LabelWriter);
}

/** The marks are one dataset's own, and its images are there. */
export const CERTAIN = 0.99;
/** The marks are there, the images are not. */
const WITHOUT_IMAGES = 0.5;

/** A layout that derives everything it says about a folder from its rows. */
export function defineLayout<Plan>(description: LayoutDescription<Plan>): Layout {
  const { id, title, mark, classes, writes, find, writer } = description;
  const uniqueRows = withoutSharedMatches((listing, plan: Plan, problems) =>
    withinFolder(listing, description.rows(listing, plan, problems)),
  );
  const ownRows = classes === null ? withCleanLabels(uniqueRows) : uniqueRows;
  const rows: typeof ownRows = async function* (listing, plan, problems) {
    for await (const sample of ownRows(listing, plan, problems)) yield withComposedNames(sample);
  };
  const planOf = async (listing: FolderListing, options: LayoutOptions) =>
    (await find(listing, options))?.plan;
  return {
    id,
    title,
    mark,
    classes,
    writes,
    picturesInTable: description.picturesInTable === true,

    async recognise(listing, options, onRow): Promise<Recognition | null> {
      const found = await find(listing, options);
      if (found === null) return null;
      const { plan, reason } = found;
      const problems = new ProblemTally();
      const samples = withObserver(rows(listing, plan, problems), onRow);
      const survey = await surveySamples(listing, samples, classes, problems, found.belongs);
      if (survey.images === 0) return null;
      const certain = survey.found > 0 ? CERTAIN : WITHOUT_IMAGES;
      return {
        layout: id,
        title,
        confidence: description.confidence?.(survey, plan, listing) ?? certain,
        reason,
        options: { layout: id, ...found.options },
        classes: survey.classes,
        splits: survey.splits,
        metadata: survey.metadata,
        images: survey.images,
        choices: description.choices?.(plan) ?? [],
        problems: [
          ...problems.list({ ...ROW_SENTENCES, ...description.sentences }),
          ...((await description.problems?.(plan, listing)) ?? []),
        ],
      };
    },

    async *read(listing, recognition): AsyncGenerator<SampleRecord> {
      const plan = await planOf(listing, recognition.options);
      if (plan !== undefined) yield* rows(listing, plan, new ProblemTally());
    },

    async *write(listing, recognition, changes) {
      const plan = await planOf(listing, recognition.options);
      if (plan === undefined) return;
      const labelWriter = typeof writer === 'function' ? writer(plan) : writer;
      const spelt = await inSpellingOf(ownRows(listing, plan, new ProblemTally()), changes);
      yield* writeSource(listing, title, rows(listing, plan, new ProblemTally()), spelt, labelWriter);
    },
  };
}

async function* withObserver(
  samples: AsyncIterable<SampleRecord>,
  onRow: (row: SampleRecord) => void = () => {},
): AsyncGenerator<SampleRecord> {
  for await (const sample of samples) {
    onRow(sample);
    yield sample;
  }
}

/** Labels of a format with free text, with one spelling for a number and none for a missing value. */
function withCleanLabels<Plan>(rows: LayoutDescription<Plan>['rows']): LayoutDescription<Plan>['rows'] {
  return async function* (listing, plan, problems) {
    for await (const sample of rows(listing, plan, problems)) {
      const givenLabel = labelOfText(sample.givenLabel);
      yield givenLabel === sample.givenLabel ? sample : { ...sample, givenLabel };
    }
  };
}
