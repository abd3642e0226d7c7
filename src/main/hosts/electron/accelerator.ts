const NAMES: Record<string, string> = {
  $mod: 'CmdOrCtrl',
  Escape: 'Esc',
  Enter: 'Return',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  '+': 'Plus',
};

/**
 * A key of the page's registry as a menu shows it. Without Command a menu of macOS takes a key from the page even
 * while a person types, so such keys are not shown there.
 */
export function acceleratorOf(key: string | undefined, isMac: boolean): { accelerator?: string } {
  if (key === undefined || (isMac && !key.includes('$mod'))) return {};
  const parts = key
    .split(/\+(?!$)/) // the last plus is a key itself
    .map((part) => NAMES[part] ?? part.replace(/^(Digit|Key)(?=.$)/, ''))
    .map((part) => (part.length === 1 ? part.toUpperCase() : part));
  return { accelerator: parts.join('+') };
}
