import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { Host } from '../../../api/host.ts';
import type { Installation } from '../../../installation.ts';
import { datasetFolder, defaultProjectFile, surviveFaults } from '../../../opened/index.ts';
import { serveHost } from '../../serve/server.ts';
import { createOutput } from '../output.ts';
import {
  addScanOptions,
  projectOption,
  quietOption,
  type ScanChoiceFlags,
  scanSetupOf,
  UsageError,
} from './options.ts';

interface ServeCommandOptions extends ScanChoiceFlags {
  project?: string;
  port: number;
  relink?: boolean;
  restore?: boolean;
  exportFolder?: string;
  check?: boolean;
  last?: boolean;
  quiet?: boolean;
}

export function serveCommand(program: Command, installation: Installation): void {
  addScanOptions(
    program
      .command('serve')
      .description('open the window in a browser, on this machine only; over ssh, forward the port')
      .argument('[folder]', 'the dataset folder; without it, choose one in the page')
      .addOption(new Option('--port <port>', '0 for any free one').argParser(portNumber).default(0))
      .addOption(projectOption()),
  )
    .option('--relink', 'the dataset of this project file has moved to this folder')
    .option('--restore', 'open the backup of a damaged project file')
    .option(
      '--export-folder <folder>',
      'where the page may write exports of several files; not allowed without it',
    )
    .option('--check', 'show what is recognised in a new folder before it is imported')
    .option(
      '--last',
      'without a folder, open the dataset that was opened last, or the sample if there is none',
    )
    .addOption(quietOption())
    .action((folder: string | undefined, options: ServeCommandOptions) =>
      runServer(folder, options, installation),
    );
}

async function runServer(
  folder: string | undefined,
  options: ServeCommandOptions,
  installation: Installation,
): Promise<void> {
  surviveFaults();
  const output = createOutput(options.quiet === true);
  const offered = options.check === true && options.project === undefined ? newFolder(folder) : null;
  const host = new Host({
    version: installation.version,
    annotator: userInfo().username,
    scan: scanSetupOf(options, installation),
    sampleFolder: installation.sampleFolder,
    offeredFolder: offered,
    offersLast: folder === undefined && options.last === true,
    exportFolder: options.exportFolder === undefined ? undefined : resolve(options.exportFolder),
  });
  if (folder !== undefined && offered === null)
    await host.open(folder, {
      projectFile: options.project,
      relink: options.relink,
      restore: options.restore,
    });
  const server = await serveHost(host, {
    port: options.port,
    pageFolder: installation.pageFolder,
    token: process.env.GREFEL_TOKEN, // for `npm run dev`, whose page comes from another server
  });
  host.pictures.warmUp();
  output.print(server.url);
  output.note(
    'Open this address in a browser on this machine. Ctrl+C stops the program; decisions are already saved.',
  );
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve()).once('SIGTERM', () => resolve());
  });
  await server.close();
  await host.close();
}

/** The path of a folder that has no project yet; null for any other. */
function newFolder(folder: string | undefined): string | null {
  if (folder === undefined) return null;
  const path = datasetFolder(folder);
  return existsSync(defaultProjectFile(path)) ? null : path;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new UsageError(`${text} is not a port`);
  return port;
}
