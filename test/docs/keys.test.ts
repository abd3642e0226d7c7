import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ActionContext } from '../../src/renderer/actions/actionContext.ts';
import { createActions } from '../../src/renderer/actions/actions.ts';

const GUIDE = readFileSync(join(import.meta.dirname, '../../docs/user-guide.md'), 'utf8');

/** Whatever is asked of it; lists of it are empty. */
const anything: unknown = new Proxy(() => {}, {
  get: (_target, key) => {
    if (key === Symbol.iterator) return function* () {};
    return key === Symbol.toPrimitive ? () => '' : anything;
  },
  apply: () => anything,
});

const NAMES: Record<string, string> = {
  $mod: 'Ctrl',
  ArrowRight: '→',
  ArrowLeft: '←',
  ArrowUp: '↑',
  ArrowDown: '↓',
  PageUp: 'Page Up',
  PageDown: 'Page Down',
  Escape: 'Esc',
  ' ': 'Space',
};

/** As the guide writes it: `$mod+Shift+z` is `Ctrl+Shift+Z`, and arrows are named together. */
function written(key: string): string {
  if (key.startsWith('Arrow')) return 'arrow keys';
  const [modifier, arrow] = key.split('+Arrow');
  if (arrow !== undefined && modifier !== '$mod') return `\`${modifier}\`+arrows`;
  const parts = key.split(/\+(?!$)/).map((part) => NAMES[part] ?? part);
  return `\`${parts.map((part) => (part.length === 1 ? part.toUpperCase() : part)).join('+')}\``;
}

it('the user guide has every key', () => {
  const actions = createActions(anything as ActionContext);
  expect(actions.length).toBeGreaterThan(50);
  const keys = actions.flatMap(({ keys: [key] }) => (key === undefined ? [] : [written(key)]));
  expect(keys.filter((key) => !GUIDE.includes(key))).toEqual([]);
});
