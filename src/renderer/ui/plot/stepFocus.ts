const STEPS: Record<string, (columns: number) => number> = {
  ArrowRight: () => 1,
  ArrowLeft: () => -1,
  ArrowDown: (columns) => columns,
  ArrowUp: (columns) => -columns,
};

/**
 * A plot is one stop of the Tab key; the arrow keys move among its marks, which carry `data-mark`.
 * @param columns marks in a row
 */
export function stepFocus(event: KeyboardEvent & { currentTarget: Element }, columns: number): void {
  const step = STEPS[event.key]?.(columns);
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const marks = [...event.currentTarget.querySelectorAll<HTMLElement | SVGElement>('[data-mark]')];
  const here = marks.indexOf(document.activeElement as HTMLElement | SVGElement);
  const next = marks[here + step];
  if (here === -1 || next === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
}
