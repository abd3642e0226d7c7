import { Command, CommanderError } from 'commander';
import { escapeControls, escapeControlsInLines } from '../../../domain/escapeControls.ts';
import { findInstallation } from '../../installation.ts';
import { asFailure } from '../../opened/index.ts';
import { agreementCommand } from './commands/agreement.ts';
import { applyCommand } from './commands/apply.ts';
import { assignCommand } from './commands/assign.ts';
import { doctorCommand } from './commands/doctor.ts';
import { evalCommand } from './commands/eval.ts';
import { exportCommand } from './commands/export.ts';
import { flagsCommand } from './commands/flags.ts';
import { importPredictionsCommand } from './commands/importPredictions.ts';
import { mergeCommand } from './commands/merge.ts';
import { modelsCommand } from './commands/models.ts';
import { UsageError } from './commands/options.ts';
import { qualityCommand } from './commands/quality.ts';
import { scanCommand } from './commands/scan.ts';
import { serveCommand } from './commands/serve.ts';
import { slicesCommand } from './commands/slices.ts';
import { EXIT, errorLine } from './output.ts';

/** Runs one command. Returns the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted. Never throws. */
export async function runCommand(args: string[]): Promise<number> {
  try {
    await commandLine().parseAsync(args, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof UsageError) {
      process.stderr.write(`grefel: ${escapeControls(error.message)}\n`);
      return EXIT.usage;
    }
    const failure = asFailure(error);
    process.stderr.write(`${errorLine(failure)}\n`);
    return failure.code === 'interrupted' ? EXIT.interrupted : EXIT.failed;
  }
}

function commandLine(): Command {
  const installation = findInstallation();
  const program = new Command('grefel')
    .description('Find and fix wrong labels in facial-expression datasets. Nothing leaves this machine.')
    .version(installation.version)
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(escapeControlsInLines(text.replace(/^error:/, 'grefel:'))),
    });
  scanCommand(program, installation);
  importPredictionsCommand(program, installation);
  flagsCommand(program);
  slicesCommand(program);
  exportCommand(program, installation);
  qualityCommand(program);
  evalCommand(program);
  applyCommand(program);
  mergeCommand(program);
  agreementCommand(program);
  assignCommand(program);
  serveCommand(program, installation);
  modelsCommand(program, installation);
  doctorCommand(program, installation);
  program.hook('preAction', (_, command) => refuseBlankNames(command));
  return program;
}

/** What a dataset names itself, which may be blank. */
const NAMED_BY_DATASETS = new Set(['class', 'imageColumn', 'labelColumn', 'splitColumn', 'nameColumn']);

/** Blank names of files, people and models come from variables that are not set. */
function refuseBlankNames(command: Command): void {
  const isBlank = (value: unknown) => typeof value === 'string' && value.trim() === '';
  for (const [place, argument] of command.registeredArguments.entries()) {
    if ([command.processedArgs[place]].flat().some(isBlank))
      throw new UsageError(`<${argument.name()}> is blank`);
  }
  for (const option of command.options) {
    const key = option.attributeName();
    if (!NAMED_BY_DATASETS.has(key) && isBlank(command.getOptionValue(key)))
      throw new UsageError(`${option.long} is blank`);
  }
}
