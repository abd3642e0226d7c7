import type { Problem } from '../recognition/layout.ts';
import { ProblemTally } from '../recognition/problemTally.ts';
import { guessedEncodingName, type TextEncoding } from './textEncoding.ts';

/** Which label files are in an encoding that nothing in them states. */
export function guessedEncodings(files: readonly { file: string; encoding: TextEncoding }[]): Problem[] {
  const problems = new ProblemTally();
  for (const { file, encoding } of files) {
    const name = guessedEncodingName(encoding);
    if (name !== null) problems.add('guessed-encoding', `${file}: ${name}`);
  }
  const names = new Set(files.flatMap(({ encoding }) => guessedEncodingName(encoding) ?? []));
  return problems.list({
    'guessed-encoding': (count, one) =>
      `${count} label ${one ? 'file is' : 'files are'} not UTF-8 and ${one ? 'is' : 'are'} read as ${[...names].join(', ')}; save ${one ? 'it' : 'them'} as UTF-8 if names look wrong`,
  });
}
