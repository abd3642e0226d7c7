import type { SampleProblem } from '../project/index.ts';
import { htmlTable } from './html.ts';

/** The report's section on images that could not be used, and why; empty if there are none. */
export function problemsSection(problems: readonly SampleProblem[]): string {
  if (problems.length === 0) return '';
  const rows = problems.map(({ problem, images, examples }) => [
    problem,
    images,
    examples.join(', ') + (images > examples.length ? ', ...' : ''),
  ]);
  return `<h2>Images with problems</h2>
${htmlTable(['problem', 'images', 'which'], rows)}<p>They have no prediction. The column <code>problem</code> of the CSV names each of them.</p>
`;
}
