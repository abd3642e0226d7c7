import { type Command, Option } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { AppError } from '../../../shared/errors.ts';
import type { Interval } from '../../../shared/intervals.ts';
import { describeMetadata } from '../../../shared/metadata.ts';
import type { Slice, Slices } from '../../../shared/overview.ts';
import { perCent } from '../../../shared/percent.ts';
import { openForReading, sliceProject } from '../../workflow/index.ts';
import { createOutput, textTable } from '../output.ts';
import { jsonOption, projectOption, quietOption, UsageError } from './options.ts';

interface SlicesOptions {
  by: string[];
  project?: string;
  json?: boolean;
  csv?: boolean;
  quiet?: boolean;
}

const ALL = 'all';

export function slicesCommand(program: Command): void {
  program
    .command('slices')
    .description('shares of wrong labels by a further column of the source, with 95 % intervals')
    .argument('<folder>', 'a dataset folder that was scanned')
    .addOption(
      new Option('--by <column>', 'the column; given twice, each pair of values')
        .argParser((column: string, before: string[] = []) => [...before, column])
        .makeOptionMandatory(),
    )
    .addOption(projectOption())
    .addOption(jsonOption())
    .option('--csv', 'print CSV')
    .addOption(quietOption())
    .action((folder: string, options: SlicesOptions) => {
      if (options.by.length > 2) throw new UsageError('--by can be given once or twice');
      const { project } = openForReading(folder, options.project);
      try {
        if (project.modelRuns.latest() === null)
          throw new AppError(
            'nothing-scanned',
            `${folder} was not scanned yet`,
            `Run: grefel scan ${folder}`,
          );
        printSlices(sliceProject(project, options.by), options);
      } finally {
        project.close();
      }
    });
}

function printSlices(slices: Slices, options: SlicesOptions): void {
  const output = createOutput(options.quiet === true);
  const rows = [...slices.slices, slices.all];
  if (options.json) output.print(JSON.stringify(slices, null, 2));
  else if (options.csv)
    output.print(
      stringify(
        rows.map((row) => csvRow(row, slices)),
        { header: true },
      ).trimEnd(),
    );
  else {
    const titles = [...slices.columns, 'images', 'flagged', 'likely wrong', 'found wrong'];
    const figures = titles.map((_, column) => column).slice(slices.columns.length);
    output.print(
      textTable(
        titles,
        rows.map((row) => printedRow(row, slices)),
        figures,
      ),
    );
    const { further, none } = slices;
    if (further.values > 0)
      output.say(`${further.images} images of ${further.values} rarer groups are not shown`);
    if (none > 0) output.say(`${none} images lack a value`);
  }
}

/** What a slice is called in each column; "all" where it is every image. */
function namesOf({ filters }: Slice, { columns }: Slices): string[] {
  return columns.map((_, place) => (filters[place] === undefined ? ALL : describeMetadata(filters[place])));
}

function printedRow(slice: Slice, slices: Slices): string[] {
  const { images, judgeable, flaggedShare, estimated, reviewed, wrong, confirmed } = slice;
  return [
    ...namesOf(slice, slices),
    String(images),
    judgeable > 0 ? withInterval(flaggedShare) : '',
    judgeable > 0 ? withInterval(estimated) : '',
    reviewed > 0 ? `${wrong} of ${reviewed}: ${withInterval(confirmed)}` : '',
  ];
}

function withInterval({ estimate, low, high }: Interval): string {
  return `${perCent(estimate)} % (${perCent(low)} to ${perCent(high)})`;
}

function csvRow(slice: Slice, slices: Slices): Record<string, string | number> {
  const { images, judgeable, flagged, reviewed, wrong, estimatedFrom } = slice;
  const interval = (name: string, { estimate, low, high }: Interval, known: boolean) => ({
    [name]: known ? estimate : '',
    [`${name}_low`]: known ? low : '',
    [`${name}_high`]: known ? high : '',
  });
  const names = namesOf(slice, slices);
  return {
    ...Object.fromEntries(slices.columns.map((column, place) => [column, names[place] ?? ''])),
    images,
    judgeable,
    flagged,
    ...interval('flagged_share', slice.flaggedShare, judgeable > 0),
    ...interval('likely_wrong', slice.estimated, judgeable > 0),
    estimated_from: estimatedFrom,
    reviewed,
    found_wrong: wrong,
    ...interval('found_wrong_share', slice.confirmed, reviewed > 0),
  };
}
