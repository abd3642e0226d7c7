import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { documentationPages, ROOT } from '../support/documentation.ts';

/** Targets of `[text](target)`; code is ignored, in which brackets mean something else. */
function linksOf(text: string): string[] {
  const prose = text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target as string);
}

/** Headings as GitHub names them in addresses. */
function anchorsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8').replace(/```[\s\S]*?```/g, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

function brokenLinks(page: string): string[] {
  const text = readFileSync(page, 'utf8');
  const targets = linksOf(text).filter((target) => !/^[a-z]+:/.test(target));
  return targets
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : resolve(dirname(page), path);
      if (!existsSync(file)) return true;
      return anchor !== undefined && !anchorsOf(file).includes(anchor);
    })
    .map((target) => `${relative(ROOT, page)}: ${target}`);
}

it('links of the documentation lead to a file and a heading', () => {
  const pages = documentationPages();
  expect(pages.length).toBeGreaterThan(20);
  expect(pages.flatMap(brokenLinks)).toEqual([]);
});

/** Paths of the repository that a page names in code, without patterns and numbers of lines. */
function namedPaths(page: string): string[] {
  const named = readFileSync(page, 'utf8').matchAll(
    /`((?:src|test\/[a-zA-Z0-9]+|bench|packaging|models|cluster)\/[\w./-]*\w)`/g,
  );
  return [...named].map(([, path]) => path as string);
}

it('sources that the documentation names are there', () => {
  const missing = documentationPages().flatMap((page) =>
    namedPaths(page)
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => `${relative(ROOT, page)}: ${path}`),
  );
  expect(missing).toEqual([]);
});

it('the README is short enough to be read', () => {
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n').length).toBeLessThan(150);
});

it('every decision is in the index', () => {
  const index = readFileSync(join(ROOT, 'docs/decisions/README.md'), 'utf8');
  const decisions = documentationPages().filter((page) => /decisions\/\d{3}-/.test(page));
  expect(decisions.length).toBeGreaterThan(0);
  expect(
    decisions.filter((page) => !index.includes(`(${relative(join(ROOT, 'docs/decisions'), page)})`)),
  ).toEqual([]);
});
