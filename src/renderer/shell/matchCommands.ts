import type { Action } from '../actions/action.ts';

/**
 * Commands whose group and label contain every typed word, in any order; those that begin with the typed text
 * come first, then those with a word that does.
 */
export function matchCommands(actions: readonly Action[], typed: string): Action[] {
  const text = typed.trim().toLowerCase();
  const words = text.split(/\s+/);
  const rank = (label: string) => {
    if (label.startsWith(text)) return 0;
    return label.includes(` ${text}`) ? 1 : 2;
  };
  return actions
    .map((action) => ({ action, label: action.label.toLowerCase() }))
    .filter(({ action, label }) => {
      const whole = `${action.group.toLowerCase()} ${label}`;
      return words.every((word) => whole.includes(word));
    })
    .sort((left, right) => rank(left.label) - rank(right.label))
    .map(({ action }) => action);
}
