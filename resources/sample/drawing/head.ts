import type { ActionUnit, Activation } from './actionUnits.ts';
import type { Character } from './characters.ts';
import type { Point } from './svg.ts';

/** Degrees; yaw to the viewer's right, pitch upwards, roll clockwise. */
export interface Pose {
  yaw: number;
  pitch: number;
  roll: number;
  scale: number;
}

/**
 * Head space: the origin lies between the eyes, x to the viewer's right, y down, z towards the viewer.
 * Eyes at x = -30 and 30, mouth at y = 58, chin at y = 100.
 */
export interface Head {
  /** A point on the front of the face, `lift` above its skin. */
  on(x: number, y: number, lift?: number): Point;
  /** A point anywhere. */
  at(x: number, y: number, z: number): Point;
}

/** -1 is the eye, brow and mouth corner on the viewer's left. */
export type Side = -1 | 1;
export const sides: readonly Side[] = [-1, 1];

/** One face as every part draws it. */
export interface Face {
  character: Character;
  head: Head;
  pose: Pose;
  gaze: Point;
  /** Intensity of a unit, on one side where the two differ. */
  unit(unit: ActionUnit, side?: Side): number;
}

/** Where the head turns: nearer the face than the neck, as an aligned crop follows the features. */
const pivotDepth = 46;

/** Orthographic projection of the turned head into the 200 x 200 picture. */
export function turnedHead(pose: Pose): Head {
  const radians = Math.PI / 180;
  const [yaw, pitch, roll] = [pose.yaw * radians, pose.pitch * radians, pose.roll * radians];
  const at = (x: number, y: number, z: number): Point => {
    const depth = z - pivotDepth;
    const turnedX = x * Math.cos(yaw) + depth * Math.sin(yaw);
    const turnedZ = depth * Math.cos(yaw) - x * Math.sin(yaw);
    const turnedY = (y - 20) * Math.cos(pitch) - turnedZ * Math.sin(pitch) + 20;
    const [cosine, sine] = [Math.cos(roll), Math.sin(roll)];
    return [
      100 + pose.scale * (turnedX * cosine - (turnedY - 20) * sine),
      106 + pose.scale * (turnedX * sine + (turnedY - 20) * cosine),
    ];
  };
  const on = (x: number, y: number, lift = 0): Point => {
    const bulge = 1 - (x / 75) ** 2 - ((y - 8) / 122) ** 2;
    return at(x, y, 74 * Math.sqrt(Math.max(0, bulge)) + lift);
  };
  return { at, on };
}

export function faceOf(
  character: Character,
  activation: Activation,
  pose: Pose,
  gaze: Point,
  asymmetry: number,
): Face {
  return {
    character,
    head: turnedHead(pose),
    pose,
    gaze,
    unit: (unit, side) => {
      const share = side === undefined ? 1 : 1 + side * asymmetry;
      return Math.max(0, Math.min(1, (activation[unit] ?? 0) * share));
    },
  };
}

/** How far the jaw hangs below its rest, in head units. */
export function jawDrop(face: Face): number {
  return Math.min(32, 15 * face.unit(26) + 30 * face.unit(27));
}
