import { splitBracket } from '../bracket.ts';

/** A name that fits next to a plot; the full name belongs in a title. */
export function shorten(title: string, most = 13): string {
  if (title.length <= most) return title;
  const [name] = splitBracket(title);
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}

/** The names of one axis: if one has no room for its bracket, none has one. */
export function shortenAll(titles: readonly string[], most?: number): string[] {
  const whole = titles.every((title) => shorten(title, most) === title);
  return titles.map((title) => shorten(whole ? title : splitBracket(title)[0], most));
}
