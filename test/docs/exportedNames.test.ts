import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '../../src');
const EXPORTED =
  /^export (?:async )?(?:abstract )?(?:function\*?|class|const|let|interface|type|enum) +(\w+)/gm;

function exportedNames(file: string): string[] {
  if (file.endsWith('.svelte')) return [basename(file)];
  return [...readFileSync(join(SRC, file), 'utf8').matchAll(EXPORTED)].map(([, name]) => name as string);
}

it('an exported name and a component are found in one file of the source', () => {
  const files = globSync('**/*.{ts,svelte}', { cwd: SRC });
  const named = files.flatMap((file) => [...new Set(exportedNames(file))].map((name) => ({ name, file })));
  expect(named.length).toBeGreaterThan(1000);
  const twice = [...Map.groupBy(named, ({ name }) => name).values()].filter(({ length }) => length > 1);
  expect(twice.flat()).toEqual([]);
});
