/** Of two distances, the share of the first: 0.5 where they are equal, 1 where the second is far nearer; NaN if one is. */
export function distanceConflict(own: number, other: number): number {
  return own === 0 && other === 0 ? 0.5 : own / (own + other);
}
