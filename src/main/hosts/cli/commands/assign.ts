import { type Command, Option } from 'commander';
import { type Assignment, assignmentPlanSchema } from '../../../../domain/assignment.ts';
import { openForVerdicts, openProjectForReading } from '../../../open/index.ts';
import { assignImages, endAssignment, readAssignment } from '../../../team/index.ts';
import { createOutput, type Output, textTable } from '../output.ts';
import { jsonOption, parseWholeNumber, projectOption, quietOption, UsageError } from './options.ts';

interface AssignOptions {
  annotators?: string[];
  overlap: number;
  seed: number;
  of: 'all' | 'flagged';
  end?: boolean;
  project?: string;
  json?: boolean;
  quiet?: boolean;
}

export function assignCommand(program: Command): void {
  program
    .command('assign')
    .description('split the images between annotators, some to everyone; without names, show progress')
    .argument('<folder>', 'a dataset folder that was opened or scanned')
    .option('--annotators <names>', 'two or more, separated by commas', (text) => text.split(','))
    .addOption(
      new Option('--overlap <percent>', 'percentage of images that everyone reviews')
        .argParser(percent)
        .default(20),
    )
    .addOption(
      new Option('--seed <n>', 'the same seed gives the same assignment on every machine')
        .argParser(parseWholeNumber)
        .default(1),
    )
    .addOption(new Option('--of <images>', 'which images').choices(['all', 'flagged']).default('all'))
    .option('--end', 'undo the assignment')
    .addOption(projectOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .action((folder: string, options: AssignOptions) => {
      const output = createOutput(options.quiet === true);
      const changes = options.annotators !== undefined || options.end === true;
      const { project } = (changes ? openForVerdicts : openProjectForReading)(folder, options.project);
      try {
        if (options.end) endAssignment(project);
        const assignment =
          options.annotators === undefined ? readAssignment(project) : assignImages(project, planOf(options));
        if (options.json) output.print(JSON.stringify(assignment, null, 2));
        else print(assignment, output);
      } finally {
        project.close();
      }
    });
}

function planOf({ annotators, overlap, seed, of }: AssignOptions) {
  const plan = assignmentPlanSchema.safeParse({ annotators, overlapPercent: overlap, seed, of });
  if (plan.success) return plan.data;
  throw new UsageError(`--annotators: ${plan.error.issues[0]?.message ?? 'wrong names'}`);
}

function print(assignment: Assignment | null, output: Output): void {
  if (assignment === null) {
    output.print('Nothing is assigned: anyone can review any image.');
    return;
  }
  const { shares, images, shared, seed } = assignment;
  const rows = shares.map((share) => [share.annotator, String(share.images), String(share.reviewed)]);
  output.print(textTable(['annotator', 'images', 'reviewed'], rows, [1, 2]));
  output.note(`${images} images assigned (seed ${seed}), ${shared} of them to everyone`);
}

function percent(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 100))
    throw new UsageError(`${text} is not a number from 0 to 100`);
  return value;
}
