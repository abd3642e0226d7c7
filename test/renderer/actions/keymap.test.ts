import { describe, expect, it } from 'vitest';
import type { Action } from '../../../src/renderer/actions/action.ts';
import { conflictsOf, keyOfEvent, keysOf } from '../../../src/renderer/actions/keymap.ts';

const action = (id: string, scope: Action['scope'], ...keys: string[]): Action => ({
  id,
  label: id,
  group: 'View',
  scope,
  keys,
  enabled: true,
  run: () => {},
});
const press = (key: string, code: string, modifiers: Partial<KeyboardEvent> = {}) =>
  keyOfEvent(
    { key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...modifiers },
    false,
  );

describe('keys that a person changes', () => {
  it('take the place of the own ones, and none may be one', () => {
    expect(keysOf(action('a', 'review', 'x'), { a: ['q', '$mod+q'] })).toEqual(['q', '$mod+q']);
    expect(keysOf(action('a', 'review', 'x'), { a: [] })).toEqual([]);
    expect(keysOf(action('a', 'review', 'x'), { b: ['q'] })).toEqual(['x']);
  });

  it('clash only where both actions could be meant', () => {
    const actions = [
      action('zoom', 'single', '+'),
      action('size', 'grid', '+'),
      action('keep', 'review', 'Space'),
      action('help', 'page', '?'),
    ];
    const [zoom, size, keep] = actions as [Action, Action, Action];
    const clashing = (of: Action, key: string) => conflictsOf(of, key, actions, {}).map(({ id }) => id);
    expect(clashing(zoom, '+')).toEqual([]);
    expect(clashing(size, 'Space')).toEqual(['keep']);
    expect(clashing(keep, '+')).toEqual(['zoom', 'size']);
    expect(clashing(zoom, '?')).toEqual(['help']);
  });

  it('are known by what was pressed', () => {
    expect(press('q', 'KeyQ')).toBe('q');
    expect(press('Q', 'KeyQ', { shiftKey: true })).toBe('Shift+q');
    expect(press('z', 'KeyZ', { ctrlKey: true })).toBe('$mod+z');
    expect(press('!', 'Digit1', { shiftKey: true })).toBe('Shift+Digit1');
    expect(press('?', 'Slash', { shiftKey: true })).toBe('?');
    expect(press(' ', 'Space')).toBe('Space');
    expect(press('ArrowUp', 'ArrowUp', { altKey: true, shiftKey: true })).toBe('Alt+Shift+ArrowUp');
    expect(press('Shift', 'ShiftLeft', { shiftKey: true })).toBeNull();
  });
});
