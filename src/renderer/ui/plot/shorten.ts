/** A name that fits next to a plot; the full name belongs in a title. */
export function shorten(name: string, most = 11): string {
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}
