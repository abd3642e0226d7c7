/**
 * Writes out/THIRD-PARTY-LICENCES.txt, which goes with the installable app: every npm package that is shipped,
 * with its licence. Refuses a licence that nobody has decided on. Part of `npm run package`.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, type Rolldown } from 'vite';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '..');
const FILE = join(ROOT, 'out/THIRD-PARTY-LICENCES.txt');
/** A package under another licence needs a person's decision before it is shipped. */
const ALLOWED = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'BlueOak-1.0.0',
]);
const LICENCE_FILES = /^(licen[cs]e|copying|notice|third-?party-?notices)([.-].*)?$/i;

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ dev: z.boolean().optional(), optional: z.boolean().optional(), os: z.unknown() }).partial(),
  ),
});
const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().default('unknown'),
  author: z
    .union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)])
    .default('its authors'),
});

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** Folders of the packages that the app carries as they are: what package.json depends on, with their own. */
function installedPackages(): string[] {
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')));
  return Object.entries(packages)
    .filter(([path, { dev, optional }]) => path !== '' && !dev && !optional)
    .map(([path]) => path);
}

/** Folders of the packages that are built into the page. */
async function builtInPackages(): Promise<string[]> {
  const output = (await build({
    configFile: false,
    root: join(ROOT, 'src/renderer'),
    plugins: [svelte({ configFile: false })],
    logLevel: 'silent',
    build: { write: false },
  })) as Rolldown.RolldownOutput;
  const modules = output.output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
  const folders = modules.map((id) => /^.*(node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(id)?.[1]);
  return folders.filter((folder) => folder !== undefined);
}

function describe(folder: string): string {
  const { name, version, license, author } = manifestSchema.parse(
    JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')),
  );
  const parts = license.replace(/[()]/g, '').split(/ (?:AND|OR) /);
  if (!parts.some((part) => ALLOWED.has(part))) throw new Error(`${name} ${version} is under ${license}`);
  const texts = readdirSync(join(ROOT, folder))
    .filter((file) => LICENCE_FILES.test(file))
    .map((file) =>
      readFileSync(join(ROOT, folder, file), 'utf8')
        .replace(/\r\n/g, '\n')
        .trim(),
    );
  if (texts.length === 0) texts.push(`Copyright (c) ${author}`, ...(license === 'MIT' ? [MIT] : []));
  return [`${name} ${version}, ${license}`, ...texts].join('\n\n');
}

const INTRODUCTION = `GReFEL Relabel comes with the work of others.

Electron and Chromium: see LICENSE.electron.txt and LICENSES.chromium.html beside the program.
The shipped models: see the cards beside them, and models/face-detector/LICENSE for the face detector.
On Windows, ONNX Runtime brings DirectML.dll, dxcompiler.dll and dxil.dll, which Microsoft lets programs redistribute
under the licences of the packages Microsoft.AI.DirectML and Microsoft.Direct3D.DXC.
The packages below come from npm.`;

const folders = [...new Set([...installedPackages(), ...(await builtInPackages())])].sort();
const rule = '-'.repeat(80);
const text = `${[INTRODUCTION, ...folders.map(describe)].join(`\n\n${rule}\n\n`)}\n`;
mkdirSync(join(ROOT, 'out'), { recursive: true });
writeFileSync(FILE, text);
console.log(`${folders.length} packages in out/THIRD-PARTY-LICENCES.txt`);
