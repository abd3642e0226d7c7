import { escapeControls } from '../../../domain/escapeControls.ts';
import { plural } from '../../../domain/plural.ts';
import type { SampleProblem } from '../../project/index.ts';

/** Kinds of problems that are named; the CSV and the report have all. */
const NAMED = 8;

/** The problems of images, with the images: a line for each kind of problem. */
export function problemLines(problems: readonly SampleProblem[]): string[] {
  const lines = problems.slice(0, NAMED).map(({ problem, images, examples }) => {
    const names = examples.map(escapeControls).join(', ');
    const more = images > examples.length ? ', ...' : '';
    return `${plural(images, 'image')}: ${escapeControls(problem)} (${names}${more})`;
  });
  const further = problems.slice(NAMED).reduce((sum, { images }) => sum + images, 0);
  if (further > 0)
    lines.push(`${further} images with other problems; the column "problem" of an export has them all`);
  return lines;
}
