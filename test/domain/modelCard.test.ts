import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readCard } from '../../src/domain/modelCard.ts';

it('reads headings, paragraphs, lists and tables', () => {
  const card =
    '# Name 1\n\nOne `code`\nand [link](a.md).\n\n## For\n- first\n  goes on\n- **second**\n\n| a | b |\n| --- | ---: |\n| 1 | 2 |\n| 3 |\n';
  expect(readCard(card)).toEqual([
    { kind: 'heading', level: 1, text: 'Name 1' },
    { kind: 'paragraph', text: 'One code and link.' },
    { kind: 'heading', level: 2, text: 'For' },
    { kind: 'list', items: ['first goes on', 'second'] },
    {
      kind: 'table',
      columns: ['a', 'b'],
      rows: [
        ['1', '2'],
        ['3', ''],
      ],
    },
  ]);
});

it('loses no word of any text', () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(words, { minLength: 1 }), (paragraphs) => {
      const blocks = readCard(paragraphs.map((paragraph) => paragraph.join('\n')).join('\n\n'));
      const shown = blocks.flatMap((block) => (block.kind === 'paragraph' ? block.text.split(' ') : []));
      expect(shown).toEqual(paragraphs.flat());
    }),
  );
});

it('finds what a card has to say in the shipped one', () => {
  const text = readFileSync(join(import.meta.dirname, '../../models/grefel-small.card.md'), 'utf8');
  const headings = readCard(text).flatMap((block) => (block.kind === 'heading' ? [block.text] : []));
  for (const about of ['Intended use', 'Training', 'Evaluation', 'Limitations'])
    expect(headings).toContain(about);
});
