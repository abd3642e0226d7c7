import { expect, it } from 'vitest';
import { shortcutsOf } from '../../../src/renderer/actions/shortcuts.ts';

const move = (id: string, label: string, keys: string[]) => ({ id, label, group: 'Move' as const, keys });

it('two actions that do the same are one entry of the list, with the keys of both', () => {
  const actions = [
    move('move.next', 'Next image', ['ArrowRight']),
    move('move.down', 'Next image', ['ArrowDown']),
    move('move.last', 'Last image', ['End']),
    move('move.far', 'Far', []),
  ];
  expect(shortcutsOf(actions, ({ keys }) => keys)).toEqual([
    {
      title: 'Move',
      shortcuts: [
        { label: 'Next image', keys: ['ArrowRight', 'ArrowDown'] },
        { label: 'Last image', keys: ['End'] },
      ],
    },
  ]);
});
