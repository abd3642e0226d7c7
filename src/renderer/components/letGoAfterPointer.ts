/**
 * Attachment for a control that is changed while images are judged: after a change by the pointer it gives the focus
 * back, so that the next digit is a verdict. A change by keys keeps it, so that the next key changes it further.
 */
export function letGoAfterPointer(control: HTMLElement): () => void {
  let byKeys = false;
  const listening = new AbortController();
  const { signal } = listening;
  control.addEventListener('keydown', () => (byKeys = true), { signal });
  // What presses on the label presses on the control.
  const pressed = control.closest('label') ?? control;
  pressed.addEventListener('pointerdown', () => (byKeys = false), { signal });
  control.addEventListener('change', () => byKeys || control.blur(), { signal });
  return () => listening.abort();
}
