/** A title such as "happiness (4)" in two: what counts, and in brackets how the files spell it, which may be left out. */
export function splitBracket(title: string): [name: string, bracket: string] {
  const [, name, bracket] = /^(.+?)( \([^()]*\))$/.exec(title) ?? [];
  return [name ?? title, bracket ?? ''];
}
