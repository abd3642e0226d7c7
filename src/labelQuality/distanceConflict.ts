/** Of two distances, the share of the first: 0.5 where they are equal, 1 where the second is far nearer. */
export function distanceConflict(own: number, other: number): number {
  return own + other > 0 ? own / (own + other) : 0.5;
}
