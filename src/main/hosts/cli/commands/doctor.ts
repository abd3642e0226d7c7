import { arch, availableParallelism, platform, release, totalmem } from 'node:os';
import type { Command } from 'commander';
import { availableProviders, inspectModels } from '../../../engine/index.ts';
import type { Installation } from '../../../installation.ts';
import { dataFolder } from '../../../opened/index.ts';
import { createOutput, textTable } from '../output.ts';
import { jsonOption } from './options.ts';

export function doctorCommand(program: Command, installation: Installation): void {
  program
    .command('doctor')
    .description('execution providers, versions and paths; what is missing and how to install it')
    .addOption(jsonOption())
    .action(async (options: { json?: boolean }) => {
      const output = createOutput(false);
      const { models, refused } = await inspectModels(installation.modelsFolder);
      const facts = {
        grefel: installation.version,
        node: process.versions.node,
        system: `${platform()} ${release()} ${arch()}`,
        cores: availableParallelism(),
        memoryGiB: Number((totalmem() / 2 ** 30).toFixed(1)),
        installation: installation.root,
        data: dataFolder(),
        models: models.map(
          ({ metadata, int8 }) => `${metadata.name} ${metadata.version}${int8 ? ' (fp32, int8)' : ''}`,
        ),
        refusedModels: refused.map(({ path, error }) => `${path}: ${error.message}`),
      };
      const providers = availableProviders();
      if (options.json) {
        output.print(JSON.stringify({ ...facts, providers }, null, 2));
        return;
      }
      const lines = Object.entries(facts).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : String(value),
      ]);
      output.print(textTable(['', ''], lines).trimStart());
      output.print('');
      const rows = providers.map(({ provider, title, available, reason, howToGet }) => [
        provider,
        available ? 'available' : 'missing',
        available ? title : `${reason}. ${howToGet}`,
      ]);
      output.print(textTable(['provider', 'state', ''], rows));
    });
}
