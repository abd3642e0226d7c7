import { removeStalePartials } from '../../export/index.ts';
import { asFailure, partialsFolder } from '../../opened/index.ts';
import { boundHeapGrowth } from '../../processes/index.ts';
import { EXIT, errorLine } from './output.ts';
import { runCommand } from './program.ts';

function report(error: unknown): void {
  process.stderr.write(`${errorLine(asFailure(error))}\n`);
  process.exitCode = EXIT.failed;
}

/** An error that no command has caught ends the program with a message too. */
function endWith(error: unknown): never {
  report(error);
  process.exit();
}

boundHeapGrowth();
removeStalePartials(partialsFolder());
process.on('uncaughtException', endWith).on('unhandledRejection', report);
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done); // the consumer (head, less) has seen enough
  endWith(error);
});
process.stderr.on('error', () => {}); // nobody reads it any more
const exitCode = await runCommand(process.argv.slice(2));
process.exitCode ||= exitCode;
