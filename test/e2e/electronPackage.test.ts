import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { makeColourDataset, SMALL_DATASET, TINY_MODELS } from '../support/colourDataset.ts';
import { ELECTRON_DIST, ELECTRON_VERSION, hasElectron, missingElectron } from '../support/electronRuntime.ts';
import { queuePosition } from '../support/reviewPage.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { startDisplay } from '../support/xvfb.ts';

const required = process.env.REQUIRE_E2E === '1';
if (!hasElectron && !required) console.warn(`the packaged app is not tested: ${missingElectron}`);
const hasDpkg = existsSync('/usr/bin/dpkg-deb');
if (!hasDpkg) console.warn('the Debian package is not tested: dpkg-deb is not installed');
const ROOT = join(import.meta.dirname, '../..');

/**
 * The files that an installer would put on a machine; made from the tests' Electron, so that nothing is
 * downloaded.
 */
describe.skipIf(!hasElectron && !required)('the packaged app for Linux', () => {
  const output = mkdtempSync(join(tmpdir(), 'grefel-package-'));
  const folder = join(output, 'linux-unpacked');
  const program = join(folder, 'grefel-relabel');
  const resources = join(folder, 'resources');
  let display: Awaited<ReturnType<typeof startDisplay>>;

  beforeAll(async () => {
    const options = {
      electronDist: ELECTRON_DIST,
      electronVersion: ELECTRON_VERSION,
      'directories.output': output,
    };
    const given = Object.entries(options).map(([name, value]) => `-c.${name}=${value}`);
    // Of the build that all tests share: another would take it away from those that run at the same time.
    const command = ['run', 'package:built', '--', '--linux', '--dir', ...given];
    execFileSync('npm', command, { cwd: ROOT, stdio: 'pipe' });
    display = await startDisplay();
  }, 300_000);
  afterAll(() => {
    display?.stop();
    rmSync(output, { recursive: true, force: true });
  });

  it('carries the app, its models and sample, native modules of this system only, and every licence', () => {
    const files = listPackage(join(resources, 'app.asar'), { isPack: false });
    const top = new Set(files.map((file) => file.split('/')[1]));
    expect([...top].sort()).toEqual(['models', 'node_modules', 'out', 'package.json', 'resources']);
    const isListed = (pattern: RegExp) => files.some((file) => pattern.test(file));
    expect(isListed(/^\/models\/grefel-small\.onnx$/)).toBe(true);
    expect(isListed(/^\/models\/grefel-small\.int8\.onnx$/)).toBe(true);
    expect(isListed(/^\/models\/grefel-small\.card\.md$/)).toBe(true);
    expect(isListed(/^\/models\/face-detector\/[^/]+\.onnx$/)).toBe(true);
    expect(isListed(/^\/models\/face-detector\/LICENSE/)).toBe(true);
    expect(isListed(/^\/resources\/sample\/faces\/.*\.(png|jpe?g)$/)).toBe(true);
    expect(isListed(/(planted|truth)\.csv$|\.ts$|models\/train|\/node_modules\/(electron|vite|node-)/)).toBe(
      false,
    );

    const unpacked = readdirSync(join(resources, 'app.asar.unpacked'), { recursive: true, encoding: 'utf8' });
    const natives = unpacked.filter((file) => /\.(node|dll|dylib|so[.\d]*)$/.test(file));
    expect(natives.map((file) => file.replace(/^.*\//, '')).sort()).toEqual([
      'image.linux-x64-gnu.node',
      'libonnxruntime.so.1',
      'linux-x64.node',
      'onnxruntime_binding.node',
    ]);
    expect(readdirSync(resources)).not.toContain('app-update.yml'); // nothing looks for updates
    const licences = readFileSync(join(resources, 'THIRD-PARTY-LICENCES.txt'), 'utf8');
    for (const name of ['better-sqlite3', 'onnxruntime-node', '@napi-rs/image', 'hono', 'svelte', 'tinykeys'])
      expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'));
  });

  it('has its fuses set: no plain Node, no foreign code, only its own archive', async () => {
    const fuses = await getCurrentFuseWire(program);
    const off = [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ];
    expect(off.map((fuse) => fuses[fuse])).toEqual(off.map(() => FuseState.DISABLE));
    const on = [FuseV1Options.OnlyLoadAppFromAsar, FuseV1Options.EnableEmbeddedAsarIntegrityValidation];
    expect(on.map((fuse) => fuses[fuse])).toEqual(on.map(() => FuseState.ENABLE));
  });

  it('starts, and scans a folder with its engine in a utility process', async () => {
    const dataset = join(temporaryFolder(), 'faces');
    await makeColourDataset(dataset, SMALL_DATASET);
    const page = await start(program, display.name, [dataset]);
    await page.getByRole('button', { name: /scan/i }).first().click();
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 2/);
  });

  it('is refused as an installer while its maintainer and its address are placeholders', () => {
    const build = spawnSync('npm', debCommand(output, folder), {
      cwd: ROOT,
      env: debEnvironment(),
      encoding: 'utf8',
    });
    expect([build.status, build.stdout + build.stderr]).toEqual([
      1,
      expect.stringMatching(/linux\.maintainer in packaging.*\n.*homepage in package\.json/),
    ]);
  }, 120_000);

  it.skipIf(!hasDpkg)(
    'is a Debian package that installs, starts and opens the sample',
    async () => {
      const env = { ...debEnvironment(), GREFEL_PLACEHOLDERS: 'allow' };
      execFileSync('npm', debCommand(output, folder), { cwd: ROOT, env, stdio: 'pipe' });
      const deb = join(output, readdirSync(output).find((name) => name.endsWith('_amd64.deb')) as string);
      const fields = execFileSync('dpkg-deb', ['--field', deb], { encoding: 'utf8' });
      expect(fields).toMatch(/^Package: grefel-relabel$/m);
      expect(fields).toMatch(/^Depends: .*libgtk-3-0/m);
      expect(fields).toMatch(/^Description: Find and fix wrong labels[^\n]*\n \S/m);
      const entries = execFileSync('dpkg-deb', ['--contents', deb], { encoding: 'utf8' });
      expect(entries).toMatch(/^drwxr-xr-x root\/root .* \.\/$/m);

      const root = join(output, 'installed');
      execFileSync('dpkg-deb', ['--raw-extract', deb, root]);
      for (const script of ['postinst', 'postrm']) execFileSync('bash', ['-n', join(root, 'DEBIAN', script)]);
      const entry = readFileSync(join(root, 'usr/share/applications/grefel-relabel.desktop'), 'utf8');
      const installed = /^Exec="([^"]+)"/m.exec(entry)?.[1] as string;
      expect(entry).toMatch(/^Categories=Science;?$/m);
      expect(readdirSync(join(root, 'usr/share/icons/hicolor'))).toContain('256x256');
      const page = await start(join(root, installed), display.name, []);
      await page.getByRole('button', { name: 'Try the sample' }).click();
      await page.getByTestId('sample-image').waitFor({ timeout: 100_000 });
    },
    400_000,
  );
});

function debEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, CUSTOM_FPM_PATH: join(ROOT, 'packaging/dpkgFpm.ts'), GREFEL_PLACEHOLDERS: '' };
}

/** As `npm run package:deb`, from a folder that is packaged already, and with a compression that is fast. */
function debCommand(output: string, folder: string): string[] {
  const options = [
    `directories.output=${output}`,
    `electronVersion=${ELECTRON_VERSION}`,
    'deb.compression=zst',
  ];
  const given = options.map((option) => `-c.${option}`);
  return ['run', 'package:built', '--', '--linux', 'deb', '--prepackaged', folder, ...given];
}

/** The window of the app once it is there. */
async function start(program: string, display: string, more: string[]): Promise<Page> {
  const fixed = ['--no-sandbox', '--disable-gpu', '--remote-debugging-port=0'];
  const child = spawn(program, [...fixed, ...more, '--model', join(TINY_MODELS, 'tiny.onnx')], {
    env: {
      ...process.env,
      DISPLAY: display,
      GREFEL_DATA_DIR: temporaryFolder(),
      GREFEL_CORE_NODE: process.execPath,
      GREFEL_ENGINE: 'utility',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill();
    await ended;
  });
  const browser = await chromium.connectOverCDP(await debuggerAddress(child.stderr));
  onTestFinished(() => browser.close());
  const [page] = browser.contexts()[0]?.pages() ?? [];
  if (!page) throw new Error('there is no window');
  expect(page.url()).toMatch(/^grefel:\/\/app\//);
  return page;
}

/** Collects the app's output until then, and no longer: its terminal may go away without it. */
async function debuggerAddress(stderr: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stderr) {
    text += chunk;
    const address = /^DevTools listening on (ws:\S+)/m.exec(text)?.[1];
    if (address) return address;
  }
  throw new Error(`the app ended: ${text}`);
}
