import type { Command } from 'commander';
import { inspectModels } from '../../engine/index.ts';
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
        const listed = models.map(({ path, sha256, sizeBytes, metadata }) => ({
          path,
          sha256,
          sizeBytes,
          ...metadata,
        }));
        output.print(JSON.stringify(listed, null, 2));
        return;
      }
      const rows = models.map(({ metadata, sizeBytes, path }) => [
        metadata.name,
        metadata.version,
        `${(sizeBytes / 1e6).toFixed(1)} MB`,
        String(metadata.classes.length),
        `${metadata.anchorsPerClass} x ${metadata.embeddingSize}`,
        metadata.licence,
        path.replace(/\.onnx$/, '.card.md'),
      ]);
      output.print(
        textTable(['name', 'version', 'size', 'classes', 'anchors', 'licence', 'card'], rows, [2, 3]),
      );
      for (const { path, error } of refused) output.say(`Refused ${path}: ${error.message}`);
      if (models.length === 0)
        output.say(`No model is in ${installation.modelsFolder}; name a file with --model.`);
    });
}
