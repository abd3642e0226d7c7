import type { Command } from 'commander';
import { AppError } from '../../../../domain/errors.ts';
import type { KappaEstimate } from '../../../../labelQuality/agreement.ts';
import type { AgreementReport } from '../../../../labelQuality/agreementReport.ts';
import { CsvWriter } from '../../../export/index.ts';
import { openProjectForReading } from '../../../open/index.ts';
import { measureAgreement } from '../../../team/index.ts';
import { createOutput, textTable } from '../output.ts';
import { jsonOption, positiveInteger, projectOption, quietOption } from './options.ts';

interface AgreementOptions {
  csv?: boolean;
  limit: number;
  project?: string;
  json?: boolean;
  quiet?: boolean;
}

export function agreementCommand(program: Command): void {
  program
    .command('agreement')
    .description("agreement between annotators: Cohen's and Fleiss' kappa, and disagreements")
    .argument('<folder>', 'a dataset folder that was scanned')
    .option('--csv', 'print the disagreements as CSV')
    .option('--limit <n>', 'disagreements shown in the table', positiveInteger, 20)
    .addOption(projectOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .action((folder: string, options: AgreementOptions) => {
      const { project } = openProjectForReading(folder, options.project);
      try {
        const report = measureAgreement(project);
        if (report.annotators.length === 0) {
          throw new AppError(
            'nothing-scanned',
            `no image of ${folder} has been reviewed`,
            'Review some images first.',
          );
        }
        const output = createOutput(options.quiet === true);
        if (options.json) output.print(JSON.stringify(report, null, 2));
        else if (options.csv) output.write(disagreementCsv(report));
        else output.print(reportText(report, options.limit));
      } finally {
        project.close();
      }
    });
}

function disagreementCsv({ annotators, disagreements }: AgreementReport): string {
  const names = annotators.map(({ name }) => name);
  const rows = disagreements.map(({ image, votes, adjudicated }) => [
    image,
    ...names.map((name) => votes.find(({ annotator }) => annotator === name)?.outcome ?? ''),
    adjudicated?.outcome ?? '',
  ]);
  const columns = [...names, 'adjudicated'].map((name) => ({ name }));
  return new CsvWriter([{ name: 'image', isFileName: true }, ...columns]).text(rows);
}

function reportText(report: AgreementReport, limit: number): string {
  const { annotators, all, pairs, self, disagreements } = report;
  const kappas = textTable(
    ['agreement', 'images', 'observed', 'kappa', '95 % interval'],
    [
      ...pairs.map((pair) => [`${pair.annotators.join(' and ')} (Cohen)`, ...kappaCells(pair)]),
      ...(annotators.length > 1 ? [['all (Fleiss)', ...kappaCells(all)]] : []),
      ...self.map((own) => [`${own.annotator} with themselves (Cohen)`, ...kappaCells(own)]),
    ],
    [1, 2, 3],
  );
  const open = disagreements.filter(({ adjudicated }) => adjudicated === null).length;
  const shown = disagreements
    .slice(0, limit)
    .map(({ image, votes, adjudicated }) => [
      image,
      votes.map(({ annotator, title }) => `${annotator}: ${title}`).join(', '),
      adjudicated?.title ?? '',
    ]);
  return [
    annotators.map(({ name, images }) => `${name}: ${images} images`).join('\n'),
    kappas,
    `${disagreements.length} images with different labels, ${open} not resolved`,
    ...(shown.length > 0 ? [textTable(['image', 'votes', 'resolved as'], shown)] : []),
  ].join('\n\n');
}

function kappaCells({ images, observed, kappa, low, high }: KappaEstimate): string[] {
  const decimals = (value: number | null) => (value === null ? '-' : value.toFixed(3));
  const interval = low === null ? '-' : `${decimals(low)} to ${decimals(high)}`;
  return [String(images), decimals(observed), decimals(kappa), interval];
}
