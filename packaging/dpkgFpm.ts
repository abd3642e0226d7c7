#!/usr/bin/env node
/**
 * Makes a Debian package with dpkg-deb, from the command line that electron-builder gives to fpm: `npm run package:deb`
 * needs nothing but dpkg. https://fpm.readthedocs.io has the meaning of the options; unknown ones are refused.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const text = { type: 'string' } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    source: { ...text, short: 's' },
    target: { ...text, short: 't' },
    force: { type: 'boolean' },
    depends: { ...text, short: 'd', multiple: true },
    'deb-recommends': { ...text, multiple: true },
    'deb-compression': text,
    'deb-priority': text,
    architecture: text,
    'after-install': text,
    'after-remove': text,
    description: text,
    version: text,
    package: text,
    name: text,
    maintainer: text,
    vendor: text,
    url: text,
    category: text,
    license: text,
  },
});

if (values.source !== 'dir' || values.target !== 'deb')
  throw new Error(
    `Only a Debian package of a folder can be made here, not ${values.target} of ${values.source}.`,
  );
const output = required('package');
process.umask(0o022);
const root = mkdtempSync(join(tmpdir(), 'grefel-deb-'));
try {
  chmodSync(root, 0o755); // it becomes the system's root, where dpkg unpacks it
  for (const mapping of positionals) copyInto(root, mapping);
  const control = join(root, 'DEBIAN');
  mkdirSync(control);
  writeFileSync(join(control, 'control'), controlFile());
  for (const [option, script] of [
    ['after-install', 'postinst'],
    ['after-remove', 'postrm'],
  ] as const)
    writeFileSync(join(control, script), readFileSync(required(option)), { mode: 0o755 });
  const compression =
    { gz: 'gzip', zst: 'zstd' }[values['deb-compression'] ?? ''] ?? values['deb-compression'] ?? 'xz';
  execFileSync('dpkg-deb', ['--root-owner-group', `-Z${compression}`, '--build', root, output], {
    stdio: 'inherit',
  });
} finally {
  rmSync(root, { recursive: true, force: true });
}

function required(option: keyof typeof values): string {
  const value = values[option];
  if (typeof value !== 'string') throw new Error(`The option --${option} is missing.`);
  return value;
}

/** @param mapping a file or folder, `=`, and where it is installed */
function copyInto(root: string, mapping: string): void {
  const at = mapping.lastIndexOf('=');
  const [from, to] = [mapping.slice(0, at), join(root, mapping.slice(at + 1))];
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  if (!from.endsWith('/')) chmodSync(to, 0o644); // a temporary file is its owner's only
}

/** https://www.debian.org/doc/debian-policy/ch-controlfields.html */
function controlFile(): string {
  const [summary = '', ...lines] = required('description').split('\n');
  const sizeKb = execFileSync('du', ['-sk', '--apparent-size', root], { encoding: 'utf8' }).split('\t')[0];
  const fields: Record<string, string | undefined> = {
    Package: required('name'),
    Version: required('version'),
    Architecture: required('architecture'),
    Maintainer: required('maintainer'),
    'Installed-Size': sizeKb,
    Depends: values.depends?.join(', '),
    Recommends: values['deb-recommends']?.join(', '),
    Section: values.category ?? 'default',
    Priority: values['deb-priority'],
    Homepage: values.url,
    Description: [summary, ...lines.map((line) => ` ${line.trim() || '.'}`)].join('\n'),
  };
  return Object.entries(fields)
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}
