/** What sounds translated or has another word in the glossary, each with what to write. */
export type Phrase = [phrase: RegExp, better: string];

/** In texts that a user sees, and in comments. */
export const PHRASES: Phrase[] = [
  [/\b[Rr]eading(s)? (images|the images|of)\b/, 'scanning; prediction'],
  [/\b[Jj]udg(e|es|ed|ing|ement|ements)\b/, 'review, decision'],
  [/\bsuspicion\b/, 'wrong-label probability'],
  [/\b[Uu]nlike all\b/, 'outlier'],
  [/\b(fitted|the) head\b/, 'the model tuned to this dataset'],
  [/\bnoise rates?\b|\bmislabels\b|\bmislabelled as\b/, 'noise transition matrix'],
  [/\bthe run before\b/, 'the previous run'],
  [/\blast word\b/, 'resolve'],
  [/\bgood copy\b/, 'backup'],
  [/\b[Dd]eals?\b|\bdealt\b|\b(your|no) shares?\b(?! of)/, 'assign, assignment'],
  [/\bexemplars?\b/, 'example'],
  [/\banew\b/, 'again'],
  [/\botherwise\b/, 'if not; another'],
  [/\bparted\b/, 'separated'],
  [/\bforesee(s|n)?\b/, 'predicts'],
  [/\bdata sets?\b/, 'dataset'],
  [/\blies?\b/, 'is'],
  [/\bstands?\b(?! (out|for|still))/, 'is'],
  [/\bgoes on\b(?!\. )|\b[Gg]o on\b/, 'continues'],
  [/\bmore of the say\b|\bhead's say\b/, 'weight'],
  [/\bis no (whole|finite|list|JSON|XML|ONNX|Parquet|text|status|time|number|range)\b/, 'is not a'],
  [/\b(is|are|was|were|be) told\b/, 'gets, knows'],
  [/\bis said of\b/, 'describes'],
  [/\b(remoteness|sureness|strange)\b/i, 'embedding distance, confidence, out-of-distribution'],
  [/\blikeliest power\b/, 'temperature scaling'],
];

/** In texts alone: comments also use these for files and code, where they mean what they say. */
export const PHRASES_OF_TEXTS: Phrase[] = [
  ...PHRASES,
  [/\b(GReFEL|[Mm]odel|it|readBy\}) reads\b/, 'predicts, suggests'],
  [/\b(not|was|were|images|been) read (yet|anew|again|so)\b|\bread so far\b/, 'scanned'],
  [/\bverdicts?\b/, 'decision'],
  [/\b[Cc]opies (that|of an? |of one|disagree)|\bno copies\b/, 'duplicates'],
  [/\b[Tt]wo emotions\b/, 'mixed emotions'],
  [/\b[Ff]itt(ed|ing) (the labels|anew|again)\b|\bThe fit\b/, 'learning from your labels'],
  [/\b[Tt]ak(e|en|ing) in\b|\bTaking it in\b/, 'import'],
  [/\b[Tt]ake \S+ (away|off)\b/, 'remove'],
  [/\bleft alone\b|\bpassed over\b|\b[Pp]ass over\b/, 'ignored'],
  [/\b[Nn]ot looked at\b|\b[Ll]ook through\b/, 'not reviewed; check'],
  [/\b(unexpected|went wrong)\b/i, 'what happened, with which file, what to do next'],
];
