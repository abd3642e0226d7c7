export const ACTION_GROUPS = ['Decision', 'Move', 'Select', 'Picture', 'View', 'Project'] as const;
export type ActionGroup = (typeof ACTION_GROUPS)[number];

/** Where keys are meant: anywhere, in the whole review, or in one of its two views. */
export type ActionScope = 'page' | 'review' | 'single' | 'grid';

/**
 * Something that a person can do. Keyboard, buttons, context menus, command palette, help, key editor and the
 * desktop's menu bar all use the same entry.
 */
export interface Action {
  readonly id: string;
  /** What it does now; may depend on the image on the screen. */
  readonly label: string;
  readonly group: ActionGroup;
  readonly scope: ActionScope;
  /** Its own keys in the form of tinykeys; the first is the one that is shown. A person may have changed them. */
  readonly keys: readonly string[];
  /** Where it is not, its keys keep their meaning for the browser. */
  readonly enabled: boolean;
  /** Actions that have the same key and come first where they are possible too. */
  readonly givesWayTo?: readonly string[];
  /** A held key does it again and again. */
  readonly repeats?: boolean;
  /** It is in the menu that an image's right click opens. */
  readonly inImageMenu?: boolean;
  run(): void;
}

/** An entry of the registry as plain data. */
export interface ActionDescription extends Pick<Action, 'id' | 'label' | 'group' | 'enabled'> {
  /** As the person has set them, in the form of tinykeys. */
  keys: string[];
}
