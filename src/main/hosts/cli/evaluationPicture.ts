import { escapeMarkup } from '../../../domain/escapeMarkup.ts';
import type { Evaluation } from '../../../labelQuality/evaluate.ts';
import { DEFAULT_SCORE, scores } from '../../../labelQuality/scores/index.ts';

const SIDE = 320;
const MARGIN = { left: 56, top: 44, right: 24, bottom: 64 };
const LEGEND_LINE = 18;
/** Distinct for colour-blind readers (Okabe and Ito); the default score is drawn thicker as well. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000', '#8c8c8c'];

/** An SVG of an evaluation: wrong labels found per image viewed, and how far probabilities hold. */
export function evaluationPicture(evaluation: Evaluation): string {
  const shown = evaluation.scores.filter(({ errors }) => errors > 0);
  shown.sort((a, b) => (b.averagePrecision ?? 0) - (a.averagePrecision ?? 0));
  const panel = MARGIN.left + SIDE + MARGIN.right;
  const height = MARGIN.top + SIDE + MARGIN.bottom + LEGEND_LINE * (shown.length + 1);
  const curves = shown.map((quality, index) => {
    const points = quality.curve.map(({ viewed, found }) => [
      viewed / quality.images,
      found / quality.errors,
    ]);
    return polyline(points as [number, number][], index, quality.score === DEFAULT_SCORE ? 3 : 1.5);
  });
  const legend = shown.map((quality, index) => {
    const y = MARGIN.top + SIDE + MARGIN.bottom + LEGEND_LINE * index;
    const text = `${scores[quality.score].title}: AUPRC ${decimals(quality.averagePrecision)}`;
    return `<line x1="${MARGIN.left}" y1="${y - 7}" x2="${MARGIN.left + 18}" y2="${y - 7}" stroke="${colour(index)}" stroke-width="3"${dashes(index)}/><text x="${MARGIN.left + 26}" y="${y - 3}">${text}</text>`;
  });
  const bins = evaluation.calibration.bins.map(({ predicted, observed, count }) => {
    const radius = 3 + 9 * Math.sqrt(count / Math.max(1, evaluation.images));
    const [x, y] = place(predicted, observed);
    return `<circle cx="${x}" cy="${y}" r="${radius.toFixed(1)}" fill="${COLOURS[0]}" fill-opacity="0.7"><title>${count} images</title></circle>`;
  });
  const title = `${evaluation.images} images, ${evaluation.errors} labels wrong`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${2 * panel}" height="${height}" viewBox="0 0 ${2 * panel} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="#222" role="img" aria-label="${title}">
<rect width="100%" height="100%" fill="#fff"/>
<g>${frame(`Wrong labels found (${title})`, 'share of images reviewed', 'share of wrong labels found')}${curves.join('')}${legend.join('')}</g>
<g transform="translate(${panel} 0)">${frame(`Reliability, calibration error ${decimals(evaluation.calibration.error)}`, scores[DEFAULT_SCORE].title.toLowerCase(), 'share that is wrong')}${bins.join('')}</g>
</svg>
`;
}

function frame(title: string, xTitle: string, yTitle: string): string {
  const [left, bottom] = place(0, 0);
  const [right, top] = place(1, 1);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const [x, y] = place(share, share);
    return `<text x="${x}" y="${bottom + 16}" text-anchor="middle">${share}</text><text x="${left - 6}" y="${y + 4}" text-anchor="end">${share}</text>`;
  });
  const middle = (top + bottom) / 2;
  return [
    `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" fill="none" stroke="#999"/>`,
    `<line x1="${left}" y1="${bottom}" x2="${right}" y2="${top}" stroke="#bbb" stroke-dasharray="4 4"/>`,
    ...ticks,
    `<text x="${left}" y="${top - 14}" font-weight="600">${escapeMarkup(title)}</text>`,
    `<text x="${(left + right) / 2}" y="${bottom + 34}" text-anchor="middle">${xTitle}</text>`,
    `<text x="${left - 40}" y="${middle}" text-anchor="middle" transform="rotate(-90 ${left - 40} ${middle})">${yTitle}</text>`,
  ].join('');
}

function polyline(points: readonly [number, number][], index: number, width: number): string {
  const list = points.map(([x, y]) => place(x, y).join(',')).join(' ');
  return `<polyline points="${list}" fill="none" stroke="${colour(index)}" stroke-width="${width}"${dashes(index)}/>`;
}

/** Shares of both axes to pixels. */
function place(x: number, y: number): [number, number] {
  return [round(MARGIN.left + SIDE * x), round(MARGIN.top + SIDE * (1 - y))];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function colour(index: number): string {
  return COLOURS[index % COLOURS.length] as string;
}

/** Where there are more lines than colours. */
function dashes(index: number): string {
  return index < COLOURS.length ? '' : ' stroke-dasharray="5 3"';
}

function decimals(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}
