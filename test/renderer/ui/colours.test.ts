import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../../src/domain/emotions.ts';

const tokens = readFileSync(new URL('../../../src/renderer/styles/tokens.css', import.meta.url), 'utf8');
type Rgb = [number, number, number];
const THEMES = ['light', 'dark'] as const;

function token(name: string, theme: (typeof THEMES)[number]): Rgb {
  const found = new RegExp(`--${name}: light-dark\\(#(\\w{6}), #(\\w{6})\\)`).exec(tokens);
  const hex = found?.[theme === 'light' ? 1 : 2];
  if (!hex) throw new Error(`tokens.css has no colour --${name}`);
  return [0, 2, 4].map((start) => Number.parseInt(hex.slice(start, start + 2), 16) / 255) as Rgb;
}

const linear = (rgb: Rgb) =>
  rgb.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)) as Rgb;

/** WCAG 2.2, contrast ratio. */
function contrast(left: Rgb, right: Rgb): number {
  const luminance = (rgb: Rgb) => {
    const [r, g, b] = linear(rgb);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [lighter, darker] = [luminance(left), luminance(right)].sort((a, b) => b - a) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

const multiply = (matrix: number[][], vector: number[]) =>
  matrix.map((row) => row.reduce((sum, value, index) => sum + value * (vector[index] ?? 0), 0)) as Rgb;

/** Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB. */
const SIGHTS: Record<string, number[][]> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Björn Ottosson's Oklab of a linear colour; a distance of 0.02 is about just noticeable. */
function oklab(rgb: Rgb): Rgb {
  const clamped = rgb.map((value) => Math.min(1, Math.max(0, value)));
  const cones = multiply(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    clamped,
  ).map(Math.cbrt);
  return multiply(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones,
  );
}

describe.each(THEMES)('the %s theme', (theme) => {
  it.each(EMOTIONS)('shows the mark of %s at 3:1 or more on the panel', (emotion) => {
    expect(contrast(token(`emotion-${emotion}`, theme), token('panel', theme))).toBeGreaterThanOrEqual(3);
  });

  it.each(['text', 'muted', 'faint', 'accent', 'amber', 'green', 'red'])(
    'shows %s as text at 4.5:1 or more',
    (name) => {
      for (const ground of ['panel', 'stage', 'raised', 'hover', 'selected']) {
        expect(contrast(token(name, theme), token(ground, theme)), ground).toBeGreaterThanOrEqual(4.5);
      }
    },
  );

  it.each(Object.keys(SIGHTS))('tells the emotions apart for %s sight', (sight) => {
    const matrix = SIGHTS[sight] ?? [];
    const seen = EMOTIONS.map((emotion) => ({
      emotion,
      colour: oklab(multiply(matrix, linear(token(`emotion-${emotion}`, theme)))),
    }));
    for (const [index, left] of seen.entries()) {
      for (const right of seen.slice(index + 1)) {
        const distance = Math.hypot(...left.colour.map((value, axis) => value - (right.colour[axis] ?? 0)));
        expect(distance, `${left.emotion} and ${right.emotion}`).toBeGreaterThan(0.06);
      }
    }
  });
});
