import type { Action, ActionScope } from './action.ts';

/** The keys that act: the action's own, unless the person has changed them. */
export function keysOf(
  action: Pick<Action, 'id' | 'keys'>,
  changed: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  return changed[action.id] ?? action.keys;
}

/** Whether there is a moment at which both can be meant. */
function scopesMeet(left: ActionScope, right: ActionScope): boolean {
  if (left === right || left === 'page' || right === 'page') return true;
  const parts: ActionScope[] = ['single', 'grid'];
  return (left === 'review' && parts.includes(right)) || (right === 'review' && parts.includes(left));
}

/** The other actions that a key already has where `action` is meant. */
export function conflictsOf(
  action: Action,
  key: string,
  actions: readonly Action[],
  changed: Readonly<Record<string, readonly string[]>>,
): Action[] {
  return actions.filter(
    (other) =>
      other.id !== action.id &&
      action.givesWayTo?.includes(other.id) !== true &&
      other.givesWayTo?.includes(action.id) !== true &&
      scopesMeet(other.scope, action.scope) &&
      keysOf(other, changed).includes(key),
  );
}

const MODIFIER_KEYS = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'Dead', 'Process']);

/** The pressed key, in the form of tinykeys; null for a modifier alone. */
export function keyOfEvent(
  event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>,
  isMac: boolean,
): string | null {
  if (MODIFIER_KEYS.has(event.key)) return null;
  const modifiers: string[] = [];
  if (isMac ? event.metaKey : event.ctrlKey) modifiers.push('$mod');
  if (isMac ? event.ctrlKey : event.metaKey) modifiers.push(isMac ? 'Control' : 'Meta');
  if (event.altKey) modifiers.push('Alt');
  const digit = /^Digit\d$/.test(event.code);
  const letter = event.key.length === 1 && event.key.toLowerCase() !== event.key.toUpperCase();
  // A character that needs Shift here may not elsewhere, so Shift is ignored for it. Letters, digits and
  // named keys keep it.
  if (event.shiftKey && (letter || digit || event.key.length > 1)) modifiers.push('Shift');
  const key = digit && event.shiftKey ? event.code : event.key === ' ' ? 'Space' : event.key;
  return [...modifiers, key.length === 1 ? key.toLowerCase() : key].join('+');
}
