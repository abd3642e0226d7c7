import { createKeybindingsHandler } from 'tinykeys';
import type { Action } from './actions.ts';

const isMac = typeof navigator === 'object' && /Mac|iPhone|iPad/.test(navigator.platform);

const KEY_NAMES: Record<string, string> = {
  $mod: isMac ? '⌘' : 'Ctrl',
  Shift: isMac ? '⇧' : 'Shift',
  Escape: 'Esc',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
};

/** A key as the page writes it: `$mod+Shift+z` is "Ctrl Shift Z". */
export function keyTitle(key: string): string {
  return key
    .split('+')
    .map((part) => KEY_NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(' ');
}

/**
 * A key as tinykeys matches it. A digit also counts by its place on the keyboard, as French layouts have digits
 * on Shift; `?` and `/` count with and without Shift, as layouts differ in that too.
 */
export function bindingOf(key: string): string {
  if (/^\d$/.test(key)) return `(${key}|Digit${key}|Numpad${key})`;
  if (key === '/' || key === '?') return `[Shift]+${key}`;
  return key;
}

const TYPING_INPUTS = new Set(['text', 'search', 'number', 'email', 'url', 'password', 'tel']);

export function isTypingField(element: Element | null): boolean {
  if (!element) return false;
  if (element.matches('textarea, [contenteditable=""], [contenteditable="true"]')) return true;
  return element.matches('input') && TYPING_INPUTS.has(element.getAttribute('type') ?? 'text');
}

/** Whether the element under the focus needs this key for itself. */
export function belongsToFocus(event: KeyboardEvent, element: Element | null): boolean {
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

/** A key handler over the registry. A held key repeats only what may repeat: no verdict does. */
export function createKeyHandler(actions: readonly Action[]): (event: KeyboardEvent) => void {
  const bindings: Record<string, (event: KeyboardEvent) => void> = {};
  for (const action of actions) {
    for (const key of action.keys) {
      bindings[bindingOf(key)] ??= (event) => {
        if (!action.enabled) return;
        event.preventDefault();
        if (!event.repeat || action.repeats) action.run();
      };
    }
  }
  return createKeybindingsHandler(bindings, {
    ignore: (event) =>
      event.isComposing || belongsToFocus(event, event.target instanceof Element ? event.target : null),
  });
}
