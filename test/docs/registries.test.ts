import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EXPORT_FORMATS } from '../../src/domain/exportFormats.ts';
import { PROVIDER_TITLES } from '../../src/domain/model.ts';
import { layouts } from '../../src/main/dataset/index.ts';

const page = (name: string) => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8');

it('the page on datasets has a row for every layout and every export format', () => {
  const [read = '', written = ''] = page('datasets.md').split('\n## Other formats\n');
  const hasRow = (part: string, id: string) => part.includes(`| \`${id}\` |`);
  expect(layouts.filter(({ id }) => !hasRow(read, id))).toEqual([]);
  expect(EXPORT_FORMATS.filter((id) => !hasRow(written, id))).toEqual([]);
});

it('the page on providers names every execution provider', () => {
  const text = page('providers.md');
  expect(Object.values(PROVIDER_TITLES).filter((title) => !text.includes(title))).toEqual([]);
});
