import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';

/** Where this installation keeps what is shipped with it. */
export interface Installation {
  root: string;
  version: string;
  modelsFolder: string;
  pageFolder: string;
  /** The drawn faces to try the program on; null where they were left out. */
  sampleFolder: string | null;
}

/** Finds the installation that this file belongs to, built or run from its sources. */
export function findInstallation(): Installation {
  let root = import.meta.dirname;
  while (!existsSync(join(root, 'package.json')) && dirname(root) !== root) root = dirname(root);
  const manifest = z.object({ version: z.string() });
  const { version } = manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const sampleFolder = join(root, 'resources', 'sample', 'faces');
  return {
    root,
    version,
    modelsFolder: join(root, 'models'),
    pageFolder: join(root, 'out', 'renderer'),
    sampleFolder: existsSync(sampleFolder) ? sampleFolder : null,
  };
}

const SAMPLE_FOLDER = findInstallation().sampleFolder;

/** What a dataset is called: its folder, whose name says little in the sample's case. */
export function datasetName(folder: string): string {
  return folder === SAMPLE_FOLDER ? 'sample' : basename(folder);
}
