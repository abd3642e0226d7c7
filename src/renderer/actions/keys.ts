import { createKeybindingsHandler } from 'tinykeys';
import type { Action } from './action.ts';

export const isMac = typeof navigator === 'object' && /Mac|iPhone|iPad/.test(navigator.platform);

const KEY_NAMES: Record<string, string> = {
  $mod: isMac ? '⌘' : 'Ctrl',
  Shift: isMac ? '⇧' : 'Shift',
  Escape: 'Esc',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
};

/** A key as the page writes it: `$mod+Shift+z` is "Ctrl Shift Z". */
export function keyTitle(key: string): string {
  return key
    .split(/\+(?!$)/) // the last plus is a key itself
    .map((part) => KEY_NAMES[part] ?? part.replace(/^Digit(?=\d$)/, ''))
    .map((part) => (part.length === 1 ? part.toUpperCase() : part))
    .join(' ');
}

/**
 * A key as tinykeys matches it. A digit also counts by its place on the keyboard, as French layouts have digits
 * on Shift; a sign such as `?` or `+` counts with and without Shift, as layouts differ in that too.
 */
export function bindingOf(key: string): string {
  if (/^\d$/.test(key)) return `(${key}|Digit${key}|Numpad${key})`;
  if (/^[^\p{L}\p{N}]$/u.test(key)) return `[Shift]+${key}`;
  return key;
}

const TYPING_INPUTS = new Set(['text', 'search', 'number', 'email', 'url', 'password', 'tel']);

export function isTypingField(element: Element | null): boolean {
  if (!element) return false;
  if (element.matches('textarea, [contenteditable=""], [contenteditable="true"]')) return true;
  return element.matches('input') && TYPING_INPUTS.has(element.getAttribute('type') ?? 'text');
}

/** Whether the element under the focus needs this key for itself. */
function belongsToFocus(event: KeyboardEvent, element: Element | null): boolean {
  if (!element) return false;
  if (isTypingField(element) || element.closest('dialog')) return true;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (element.matches('select')) return true;
  const isArrow = event.key.startsWith('Arrow');
  if (element.matches('input[type="range"], input[type="radio"]')) {
    return isArrow || event.key === 'Home' || event.key === 'End' || event.key === ' ';
  }
  if (element.matches('a, button, summary, input, [role="button"]')) {
    return event.key === 'Enter' || event.key === ' ';
  }
  const scrolls = element.matches('[data-scrolls]');
  return scrolls && (event.key === 'ArrowUp' || event.key === 'ArrowDown');
}

/**
 * A key handler over the registry: of the actions that share a key, the first that is possible now runs. A
 * held key repeats only actions that may repeat: no decision does.
 * @param onFreeDigit a digit from 1 to 9 was pressed that no action has
 */
export function createKeyHandler(
  actions: readonly Action[],
  keysOf: (action: Action) => readonly string[],
  onFreeDigit: (digit: number) => void = () => {},
): (event: KeyboardEvent) => void {
  const byKey = new Map<string, Action[]>();
  for (const action of actions) {
    for (const key of keysOf(action))
      byKey.set(bindingOf(key), [...(byKey.get(bindingOf(key)) ?? []), action]);
  }
  const bindings: Record<string, (event: KeyboardEvent) => void> = {};
  for (const [binding, sharers] of byKey) {
    bindings[binding] = (event) => {
      const action = sharers.find(({ enabled }) => enabled);
      if (!action) return;
      event.preventDefault();
      if (!event.repeat || action.repeats) action.run();
    };
  }
  for (const digit of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
    bindings[bindingOf(`${digit}`)] ??= ({ repeat }) => {
      if (!repeat) onFreeDigit(digit);
    };
  }
  return createKeybindingsHandler(bindings, {
    ignore: (event) =>
      event.isComposing || belongsToFocus(event, event.target instanceof Element ? event.target : null),
  });
}
