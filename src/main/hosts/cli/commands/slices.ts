import { type Command, Option } from 'commander';
import { describeMetadata } from '../../../../domain/metadata.ts';
import { perCent } from '../../../../domain/percent.ts';
import type { Interval } from '../../../../labelQuality/intervals.ts';
import type { Slice, Slices } from '../../../../protocol/overview.ts';
import { CsvWriter } from '../../../export/index.ts';
import { notScanned, openProjectForReading } from '../../../open/index.ts';
import { sliceProject } from '../../../overview/index.ts';
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
    .description('share of wrong labels by a dataset column, with 95 % intervals')
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
      const { project } = openProjectForReading(folder, options.project);
      try {
        if (project.modelRuns.latest() === null) throw notScanned(folder, options.project);
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
  else if (options.csv) output.write(slicesCsv(rows, slices));
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
      output.note(`${further.images} images of ${further.values} rarer groups are not shown`);
    if (none > 0) output.note(`${none} images have no value`);
  }
}

/** Names of a slice in each column; "all" if it is every image. */
function namesOf({ filters }: Slice, { columns }: Slices): string[] {
  return columns.map((_, place) => (filters[place] === undefined ? ALL : describeMetadata(filters[place])));
}

function printedRow(slice: Slice, slices: Slices): string[] {
  const { images, scored, flaggedShare, estimated, reviewed, wrong, confirmed } = slice;
  return [
    ...namesOf(slice, slices),
    String(images),
    scored > 0 ? withInterval(flaggedShare) : '',
    scored > 0 ? withInterval(estimated) : '',
    reviewed > 0 ? `${wrong} of ${reviewed}: ${withInterval(confirmed)}` : '',
  ];
}

function withInterval({ estimate, low, high }: Interval): string {
  return `${perCent(estimate)} % (${perCent(low)} to ${perCent(high)})`;
}

function slicesCsv(rows: readonly Slice[], slices: Slices): string {
  const columns = [...slices.columns, ...FIGURES.map(({ name }) => name)].map((name) => ({ name }));
  const cells = rows.map((row) => [...namesOf(row, slices), ...FIGURES.map(({ value }) => value(row))]);
  return new CsvWriter(columns, '\n').text(cells);
}

type Figure = { name: string; value(slice: Slice): string | number | null };

/** The columns of the CSV after the names of the values. */
const FIGURES: Figure[] = [
  { name: 'images', value: ({ images }) => images },
  { name: 'scored', value: ({ scored }) => scored },
  { name: 'flagged', value: ({ flagged }) => flagged },
  ...intervalFigures('flagged_share', ({ flaggedShare, scored }) => (scored > 0 ? flaggedShare : null)),
  ...intervalFigures('likely_wrong', ({ estimated, scored }) => (scored > 0 ? estimated : null)),
  { name: 'estimated_from', value: ({ estimatedFrom }) => estimatedFrom },
  { name: 'reviewed', value: ({ reviewed }) => reviewed },
  { name: 'found_wrong', value: ({ wrong }) => wrong },
  ...intervalFigures('found_wrong_share', ({ confirmed, reviewed }) => (reviewed > 0 ? confirmed : null)),
];

function intervalFigures(name: string, intervalOf: (slice: Slice) => Interval | null): Figure[] {
  return [
    { name, value: (slice) => intervalOf(slice)?.estimate ?? null },
    { name: `${name}_low`, value: (slice) => intervalOf(slice)?.low ?? null },
    { name: `${name}_high`, value: (slice) => intervalOf(slice)?.high ?? null },
  ];
}
