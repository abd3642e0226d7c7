import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { AppError } from '../../../../domain/errors.ts';
import { cardBeside, inspectModels, type ModelFile, resolveModel } from '../../../engine/index.ts';
import type { Installation } from '../../../installation.ts';
import { createOutput, textTable } from '../output.ts';
import { jsonOption } from './options.ts';

export function modelsCommand(program: Command, installation: Installation): void {
  program
    .command('models')
    .description('list the models that come with GReFEL Relabel; with a name, show its card')
    .argument('[name|file]', 'print the card of this model')
    .addOption(jsonOption())
    .action(async (name: string | undefined, options: { json?: boolean }) => {
      const output = createOutput(false);
      if (name !== undefined) {
        output.print(await readCardOf(name, installation.modelsFolder));
        return;
      }
      const { models, refused } = await inspectModels(installation.modelsFolder);
      if (options.json) {
        const fileOf = ({ path, sha256, sizeBytes }: ModelFile) => ({ path, sha256, sizeBytes });
        const listed = models.map(({ int8, ...model }) => ({
          ...fileOf(model),
          ...model.metadata,
          int8: int8 && fileOf(int8),
        }));
        output.print(JSON.stringify(listed, null, 2));
        return;
      }
      const rows = models.map(({ int8, ...model }) => {
        const { metadata, path } = model;
        return [
          metadata.name,
          metadata.version,
          [model, int8].flatMap((file) => (file === null ? [] : [sizeOf(file)])).join(', '),
          String(metadata.classes.length),
          `${metadata.anchorsPerClass} x ${metadata.embeddingSize}`,
          metadata.licence,
          cardBeside(path),
        ];
      });
      output.print(
        textTable(['name', 'version', 'precisions', 'classes', 'anchors', 'licence', 'card'], rows, [3]),
      );
      for (const { path, error } of refused) output.note(`Refused ${path}: ${error.message}`);
      if (models.length === 0)
        output.note(`No model is in ${installation.modelsFolder}; name a file with --model.`);
    });
}

function sizeOf({ metadata, sizeBytes }: ModelFile): string {
  return `${metadata.precision} ${(sizeBytes / 1e6).toFixed(1)} MB`;
}

/** @throws AppError `model-missing`, `model-invalid`; `not-found` for a model that has no card */
async function readCardOf(name: string, modelsFolder: string): Promise<string> {
  const card = cardBeside((await resolveModel(name, modelsFolder)).path);
  try {
    return (await readFile(card, 'utf8')).trim();
  } catch (error) {
    throw new AppError('not-found', `${name} has no card: ${card} cannot be read`, '', { cause: error });
  }
}
