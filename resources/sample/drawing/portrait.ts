import { drawBeard, drawGlasses } from './accessories.ts';
import { drawBrows, drawForehead } from './brows.ts';
import { drawEyes } from './eyes.ts';
import { drawFolds } from './folds.ts';
import { drawHair, drawHairBehind, drawHairShadow } from './hair.ts';
import type { Face } from './head.ts';
import { drawMouth } from './mouth.ts';
import { drawNose } from './nose.ts';
import { drawEars, drawNeck, drawSkin } from './skin.ts';
import { attributes } from './svg.ts';

export interface Light {
  /** -1 from the viewer's left to 1 from the right. */
  side: number;
  /** Tint laid over the whole picture, and how much of it. */
  tint: string;
  tintStrength: number;
  /** Below 0 darkens, above 0 brightens. */
  exposure: number;
}

export interface Backdrop {
  near: string;
  far: string;
  /** Soft spots of light out of focus: x, y, radius. */
  spots: readonly (readonly [number, number, number])[];
}

const definitions = `<defs>${[1, 2, 4, 8]
  .map(
    (radius) =>
      `<filter id="blur${radius}" x="-60%" y="-60%" width="220%" height="220%"><feGaussianBlur stdDeviation="${radius * 0.75}"/></filter>`,
  )
  .join('')}</defs>`;

function drawBackdrop(backdrop: Backdrop): string {
  const gradient = `<radialGradient id="backdrop" cx="0.5" cy="0.4" r="0.8"><stop offset="0" stop-color="${backdrop.near}"/><stop offset="1" stop-color="${backdrop.far}"/></radialGradient>`;
  const spots = backdrop.spots.map(
    ([x, y, radius]) =>
      `<circle${attributes({ cx: x, cy: y, r: radius, fill: '#ffffff', opacity: 0.08, filter: 'url(#blur4)' })}/>`,
  );
  return `${gradient}<rect width="200" height="200" fill="url(#backdrop)"/>${spots.join('')}`;
}

function drawLight(light: Light): string {
  const from = light.side > 0 ? 1 : 0;
  const gradient = `<linearGradient id="light" x1="${from}" x2="${1 - from}" y1="0" y2="0.5"><stop offset="0" stop-color="#ffffff" stop-opacity="0.16"/><stop offset="0.5" stop-color="#ffffff" stop-opacity="0"/><stop offset="1" stop-color="#000000" stop-opacity="0.26"/></linearGradient>`;
  const whole = (fill: string, opacity: number) =>
    `<rect${attributes({ width: 200, height: 200, fill, opacity })}/>`;
  return [
    gradient,
    whole('url(#light)', Math.min(1, Math.abs(light.side) * 1.1)),
    whole(light.tint, light.tintStrength),
    whole(light.exposure < 0 ? '#000000' : '#ffffff', Math.abs(light.exposure)),
  ].join('');
}

/** The whole picture, back to front. */
export function drawPortrait(face: Face, light: Light, backdrop: Backdrop): string {
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">',
    definitions,
    drawBackdrop(backdrop),
    drawHairBehind(face),
    drawNeck(face),
    drawEars(face),
    drawSkin(face, light.side),
    drawHairShadow(face),
    drawForehead(face),
    drawFolds(face),
    drawNose(face),
    drawBeard(face),
    drawMouth(face),
    drawEyes(face),
    drawBrows(face),
    drawHair(face),
    drawGlasses(face),
    drawLight(light),
    '</svg>',
  ].join('');
}
