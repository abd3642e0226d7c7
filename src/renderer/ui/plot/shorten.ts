import { splitBracket } from '../bracket.ts';

/** A name that fits next to a plot; the full name belongs in a title. */
export function shorten(title: string, most = 13): string {
  if (title.length <= most) return title;
  const [name] = splitBracket(title);
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}
