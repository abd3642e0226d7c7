import type { Command } from 'commander';
import { inspectModels, type ModelFile } from '../../engine/index.ts';
import type { Installation } from '../../installation.ts';
import { createOutput, textTable } from '../output.ts';
import { jsonOption } from './options.ts';

export function modelsCommand(program: Command, installation: Installation): void {
  program
    .command('models')
    .description('the shipped models and what their cards say')
    .addOption(jsonOption())
    .action(async (options: { json?: boolean }) => {
      const output = createOutput(false);
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
          path.replace(/\.onnx$/, '.card.md'),
        ];
      });
      output.print(
        textTable(['name', 'version', 'precisions', 'classes', 'anchors', 'licence', 'card'], rows, [3]),
      );
      for (const { path, error } of refused) output.say(`Refused ${path}: ${error.message}`);
      if (models.length === 0)
        output.say(`No model is in ${installation.modelsFolder}; name a file with --model.`);
    });
}

function sizeOf({ metadata, sizeBytes }: ModelFile): string {
  return `${metadata.precision} ${(sizeBytes / 1e6).toFixed(1)} MB`;
}
