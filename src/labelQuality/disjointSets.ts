/**
 * The representative of an element's set; paths are halved on the way.
 * @param parent [N] of each element; one that is its own parent represents its set
 */
export function rootOf(parent: Int32Array, element: number): number {
  let at = element;
  while (parent[at] !== at) {
    parent[at] = parent[parent[at] as number] as number;
    at = parent[at] as number;
  }
  return at;
}
