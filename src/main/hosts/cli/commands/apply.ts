import type { Command } from 'commander';
import { escapeControls } from '../../../../domain/escapeControls.ts';
import { matchSentences } from '../../../../domain/pathMatches.ts';
import { plural } from '../../../../domain/plural.ts';
import { type AppliedDecisions, unclearSentences } from '../../../../protocol/team.ts';
import { openForVerdicts } from '../../../open/index.ts';
import { DecisionImport } from '../../../team/index.ts';
import { createOutput, type Output } from '../output.ts';
import { encodingOption, jsonOption, projectOption, quietOption } from './options.ts';

interface ApplyOptions {
  annotator?: string;
  encoding?: string;
  project?: string;
  json?: boolean;
  quiet?: boolean;
}

const SHOWN = 5;
/** In one transaction: they bound what SQLite holds in memory. */
const VOTES_AT_ONCE = 10_000;

export function applyCommand(program: Command): void {
  program
    .command('apply')
    .description(
      'import decisions made on another machine or by another annotator; importing twice is harmless',
    )
    .argument('<folder>', 'a dataset folder that was scanned')
    .argument('<decisions>', 'CSV with image,label_clean,status,annotator,decided_at, as `export` writes it')
    .option('--annotator <name>', 'the annotator, if the file does not name one')
    .addOption(encodingOption())
    .addOption(projectOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .action(async (folder: string, file: string, options: ApplyOptions) => {
      const output = createOutput(options.quiet === true);
      const { project } = openForVerdicts(folder, options.project);
      if (project.hasUndoneImport)
        output.note('Note: an earlier import was killed before it ended, and none of its decisions was kept');
      const stop = new AbortController();
      const onSignal = () => stop.abort();
      process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
      try {
        const decisions = new DecisionImport(project);
        await decisions.read({ file }, options.annotator, options.encoding);
        const applied = await decisions.applyInSteps({ votesAtOnce: VOTES_AT_ONCE, signal: stop.signal });
        if (options.json) output.print(JSON.stringify(applied, null, 2));
        else report(applied, output);
      } finally {
        process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
        project.close();
      }
    });
}

function report(applied: AppliedDecisions, output: Output): void {
  const { unknown, unknownImages, annotators, unchanged, outdated, inTestSplit } = applied;
  const of = annotators.length > 0 ? ` by ${annotators.join(', ')}` : '';
  output.print(`${plural(applied.applied, 'decision')}${of} imported, ${unchanged} already present`);
  if (outdated > 0) output.note(`Note: ${outdated} are older than this annotator's decisions here`);
  if (inTestSplit > 0) output.note(`Note: ${inTestSplit} change labels of a test split`);
  for (const sentence of matchSentences(applied.matched)) output.note(`Note: ${sentence}`);
  for (const sentence of unclearSentences(applied.unclear)) output.note(`Note: ${sentence}`);
  if (unknown > 0) {
    const shown = unknownImages.slice(0, SHOWN).map(escapeControls).join(', ');
    output.note(`Note: ${unknown} images of the file are not in the dataset: ${shown}`);
  }
}
