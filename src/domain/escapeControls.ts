/**
 * Characters that control a terminal or change the direction of the following text: C0 and C1 controls
 * (escape sequences begin with one), and the marks of bidirectional text.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const STEERING = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text as a terminal may show it, whatever is in it: `\u001b` in place of an escape character. */
export function escapeControls(text: string): string {
  return text.replace(STEERING, escaped);
}

/** The same for text in lines, whose ends stay. */
export function escapeControlsInLines(text: string): string {
  return text.replace(STEERING, (character) => (character === '\n' ? character : escaped(character)));
}

/** Whether text would control a terminal, or change the direction of what follows it. */
export function hasControls(text: string): boolean {
  return escapeControls(text) !== text;
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function escaped(character: string): string {
  return SHORT.get(character) ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
