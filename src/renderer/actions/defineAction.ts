import type { Action } from './action.ts';

export interface ActionDefinition extends Pick<Action, 'id' | 'group' | 'scope' | 'run'> {
  label: string | (() => string);
  keys?: readonly string[];
  enabled?: () => boolean;
  repeats?: boolean;
  inImageMenu?: boolean;
  givesWayTo?: readonly string[];
}

/** An entry whose label and condition are getters, so that both follow the screen. */
export function defineAction({ label, keys = [], enabled = () => true, ...fixed }: ActionDefinition): Action {
  return {
    ...fixed,
    keys,
    get label() {
      return typeof label === 'string' ? label : label();
    },
    get enabled() {
      return enabled();
    },
  };
}
