import { expect, it } from 'vitest';
import { textsOf, visibleTexts } from '../support/visibleTexts.ts';
import { PHRASES_OF_TEXTS } from '../support/wording.ts';

/** The words alone: what is in braces is code. */
function withoutExpressions(text: string): string {
  const without = text.replace(/\$?\{[^{}]*\}/g, '_');
  return without === text ? text : withoutExpressions(without);
}

it('every text that a user may see is in the words of the glossary', () => {
  const found = visibleTexts().flatMap(({ file, line, text }) =>
    PHRASES_OF_TEXTS.filter(([phrase]) => phrase.test(withoutExpressions(text))).map(
      ([phrase, better]) => `${file}:${line}: "${text}" has ${phrase}, better: ${better}`,
    ),
  );
  expect(found).toEqual([]);
});

it('the texts of a component are its sentences, its attributes and what its script says', () => {
  const source = `
<script lang="ts">
  import { many } from './two words.ts';
  const told = $derived(many ? 'several images' : \`one image of \${many}\`);
  const key = 'queue';
</script>
<p class="two words" title="What it is">Labelled <b>{told}</b> by someone.</p>
{#if key}<button aria-label="Remove {told} now">Undo</button>{/if}
`;
  expect(textsOf('Some.svelte', source).map(({ line, text }) => [line, text])).toEqual([
    [4, 'several images'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as the source has it
    [4, 'one image of ${many}'],
    [7, 'What it is'],
    [7, 'Labelled {told} by someone.'],
    [8, 'Remove {told} now'],
    [8, 'Undo'],
  ]);
});

it('the texts of a script are its messages, without statements of SQL', () => {
  const source =
    "import x from 'a b c';\nthrow new AppError('x', 'no image is here', 'SELECT id FROM images');\n";
  expect(textsOf('some.ts', source)).toEqual([{ file: 'some.ts', line: 2, text: 'no image is here' }]);
});
