import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROVIDER_TITLES } from '../../src/domain/model.ts';
import { layouts } from '../../src/main/dataset/index.ts';

const page = (name: string) => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8');

it('the page on datasets has a row for every layout', () => {
  const text = page('datasets.md');
  expect(layouts.map(({ id }) => `| \`${id}\` |`).filter((row) => !text.includes(row))).toEqual([]);
});

it('the page on providers names every execution provider', () => {
  const text = page('providers.md');
  expect(Object.values(PROVIDER_TITLES).filter((title) => !text.includes(title))).toEqual([]);
});
