import { matchKeybindingPress, parseKeybinding } from 'tinykeys';
import { describe, expect, it } from 'vitest';
import { bindingOf, keyTitle } from '../../../src/renderer/actions/keys.ts';

interface Press {
  key: string;
  code: string;
  modifiers?: string[];
}

function matches(key: string, { key: pressed, code, modifiers = [] }: Press): boolean {
  const event = { key: pressed, code, getModifierState: (name: string) => modifiers.includes(name) };
  const [press] = parseKeybinding(bindingOf(key));
  return press !== undefined && matchKeybindingPress(event as unknown as KeyboardEvent, press);
}

describe('a key of the registry', () => {
  it('is met by a digit of the row, of the number pad, and of a French row', () => {
    expect(matches('1', { key: '1', code: 'Digit1' })).toBe(true);
    expect(matches('1', { key: '1', code: 'Numpad1' })).toBe(true);
    expect(matches('1', { key: '&', code: 'Digit1' })).toBe(true);
    expect(matches('1', { key: '2', code: 'Digit2' })).toBe(false);
  });

  it('is not met with a modifier that it does not name', () => {
    expect(matches('1', { key: '1', code: 'Digit1', modifiers: ['Control'] })).toBe(false);
    expect(matches('x', { key: 'X', code: 'KeyX', modifiers: ['Shift'] })).toBe(false);
  });

  it('is met in capitals while Caps Lock is on', () => {
    expect(matches('x', { key: 'X', code: 'KeyX' })).toBe(true);
  });

  it('is met by ? and / where a layout puts them, with or without Shift', () => {
    expect(matches('?', { key: '?', code: 'Slash', modifiers: ['Shift'] })).toBe(true);
    expect(matches('/', { key: '/', code: 'Slash' })).toBe(true);
    expect(matches('/', { key: '/', code: 'Digit7', modifiers: ['Shift'] })).toBe(true);
    expect(matches('/', { key: '?', code: 'Slash', modifiers: ['Shift'] })).toBe(false);
  });

  it('distinguishes undo from redo', () => {
    const press = { key: 'Z', code: 'KeyZ', modifiers: ['Control', 'Shift'] };
    expect(matches('$mod+Shift+z', press)).toBe(true);
    expect(matches('$mod+z', press)).toBe(false);
    expect(matches('$mod+z', { key: 'z', code: 'KeyZ', modifiers: ['Control'] })).toBe(true);
  });

  it('is written as people know it', () => {
    expect(['$mod+Shift+z', 'ArrowLeft', 'a', 'Enter'].map(keyTitle)).toEqual([
      'Ctrl Shift Z',
      '←',
      'A',
      'Enter',
    ]);
  });
});
