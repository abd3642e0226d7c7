/** What is known of the model of a project's predictions, and its card. */
export interface ModelCard {
  name: string;
  version: string;
  /** Absolute; the file that made the predictions. */
  file: string;
  sha256: string;
  licence: string;
  trainedOn: string;
  /** Images on its list of training images: its predictions for those are no evidence. */
  trainingImages: number;
  /** The card's text, Markdown; null if there is none beside the model. */
  text: string | null;
}

/** A part of a card: the markdown that cards are written in, and no more. */
type CardBlock =
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'list'; items: string[] }
  | { kind: 'table'; columns: string[]; rows: string[][] };

/** Headings, paragraphs, lists with `-`, and tables; everything else is an unchanged paragraph. */
export function readCard(markdown: string): CardBlock[] {
  const blocks: CardBlock[] = [];
  for (const part of markdown.split(/\r?\n\s*\r?\n/)) {
    const lines = part.split(/\r?\n/).filter((line) => line.trim() !== '');
    const heading = /^(#{1,6}) (.*)$/.exec(lines[0] ?? '');
    if (heading)
      blocks.push({ kind: 'heading', level: (heading[1] ?? '').length, text: inline(heading[2] ?? '') });
    const rest = heading ? lines.slice(1) : lines;
    if (rest.length > 0) blocks.push(readBlock(rest));
  }
  return blocks;
}

function readBlock(lines: string[]): CardBlock {
  if (/^\|(\s*:?-+:?\s*\|)+\s*$/.test(lines[1] ?? '')) {
    const [columns = [], , ...rows] = lines.map(cells);
    return { kind: 'table', columns, rows: rows.map((row) => columns.map((_, index) => row[index] ?? '')) };
  }
  if (lines[0]?.startsWith('- ')) {
    const items: string[] = [];
    for (const line of lines) {
      if (line.startsWith('- ')) items.push(line.slice(2));
      else items.push(`${items.pop()} ${line.trim()}`);
    }
    return { kind: 'list', items: items.map(inline) };
  }
  return { kind: 'paragraph', text: inline(lines.map((line) => line.trim()).join(' ')) };
}

function cells(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => inline(cell.trim()));
}

/** Text without the marks of code, bold and links; a link keeps its text. */
function inline(text: string): string {
  return text
    .replace(/`([^`]*)`/g, '$1')
    .replace(/\*\*([^*]+)\*\*/g, '$1')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1');
}
