import { expect, it } from 'vitest';
import { textsOf, visibleTexts } from '../support/visibleTexts.ts';

/** What sounds translated or has another word in the glossary, each with what to write. */
const PHRASES: [RegExp, string][] = [
  [/\b(GReFEL|[Mm]odel|it|readBy\}) reads\b/, 'predicts, suggests'],
  [/\b(not|was|were|images|been) read (yet|anew|again|so)\b|\bread so far\b/, 'scanned'],
  [/\b[Rr]eading(s)? (images|the images|of)\b/, 'scanning; prediction'],
  [/\b[Jj]udg(e|es|ed|ing|ement|ements)\b/, 'review, decision'],
  [/\bverdicts?\b/, 'decision'],
  [/\bsuspicion\b/, 'wrong-label probability'],
  [/\b[Uu]nlike all\b/, 'outlier'],
  [/\b[Cc]opies (that|of an? |of one|disagree)|\bno copies\b/, 'duplicates'],
  [/\b[Tt]wo emotions\b/, 'mixed emotions'],
  [/\b(fitted|the) head\b/, 'the model tuned to this dataset'],
  [/\b[Ff]itt(ed|ing) (the labels|anew|again)\b|\bThe fit\b/, 'learning from your labels'],
  [/\bnoise rates?\b|\bmislabels\b|\bmislabelled as\b/, 'noise transition matrix'],
  [/\bthe run before\b/, 'the previous run'],
  [/\blast word\b/, 'resolve'],
  [/\b[Tt]ak(e|en|ing) in\b|\bTaking it in\b/, 'import'],
  [/\b[Tt]ake \S+ (away|off)\b/, 'remove'],
  [/\bgood copy\b/, 'backup'],
  [/\b[Dd]eals?\b|\bdealt\b|\b(your|no) shares?\b(?! of)/, 'assign, assignment'],
  [/\bexemplars?\b/, 'example'],
  [/\banew\b/, 'again'],
  [/\botherwise\b/, 'if not; another'],
  [/\bparted\b/, 'separated'],
  [/\bforesee(s|n)?\b/, 'predicts'],
  [/\bdata sets?\b/, 'dataset'],
  [/\blies?\b/, 'is'],
  [/\bstands?\b(?! out)/, 'is'],
  [/\bleft alone\b|\bpassed over\b|\b[Pp]ass over\b/, 'ignored'],
  [/\bgoes on\b(?!\. )|\b[Gg]o on\b/, 'continues'],
  [/\bmore of the say\b|\bhead's say\b/, 'weight'],
  [/\b[Nn]ot looked at\b|\b[Ll]ook through\b/, 'not reviewed; check'],
  [/\bis no (whole|finite|list|JSON|XML|ONNX|Parquet|text|status|time|number|range)\b/, 'is not a'],
  [/\b(unexpected|went wrong)\b/i, 'what happened, with which file, what to do next'],
];

/** The words alone: what is in braces is code. */
function withoutExpressions(text: string): string {
  const without = text.replace(/\$?\{[^{}]*\}/g, '_');
  return without === text ? text : withoutExpressions(without);
}

it('every text that a user may see is in the words of the glossary', () => {
  const found = visibleTexts().flatMap(({ file, line, text }) =>
    PHRASES.filter(([phrase]) => phrase.test(withoutExpressions(text))).map(
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
