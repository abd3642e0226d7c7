import { ACTION_GROUPS, type Action, type ActionGroup } from './action.ts';

interface Shortcut {
  label: string;
  keys: readonly string[];
}

/** The actions that have keys, in their groups; those that do the same now are one entry with all their keys. */
export function shortcutsOf(
  actions: readonly Pick<Action, 'id' | 'label' | 'group' | 'keys'>[],
  keysOf: (action: Pick<Action, 'id' | 'keys'>) => readonly string[],
): { title: ActionGroup; shortcuts: Shortcut[] }[] {
  return ACTION_GROUPS.map((title) => {
    const byLabel = new Map<string, readonly string[]>();
    for (const action of actions) {
      const keys = keysOf(action);
      if (action.group !== title || keys.length === 0) continue;
      byLabel.set(action.label, [...new Set([...(byLabel.get(action.label) ?? []), ...keys])]);
    }
    return { title, shortcuts: [...byLabel].map(([label, keys]) => ({ label, keys })) };
  }).filter(({ shortcuts }) => shortcuts.length > 0);
}
