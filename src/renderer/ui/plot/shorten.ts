/** A name that fits beside a plot; the whole one belongs into a title. */
export function shorten(name: string, most = 11): string {
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}
