/** How an image is shown to a model once more. */
export interface ImageView {
  mirrored: boolean;
  /** How far up the picture is moved, as a share of its side; negative for down. */
  up: number;
}

/**
 * A model's input in another view: mirrored, and the picture shifted by whole pixels. Its edge is repeated
 * where nothing is left to show, as in training.
 *
 * @param input RGB [size*size*3], from toModelInput; not changed
 * @returns RGB [size*size*3]
 */
export function viewOf(input: Uint8Array, size: number, { mirrored, up }: ImageView): Uint8Array {
  const rowsUp = Math.round(up * size);
  const view = new Uint8Array(input.length);
  let to = 0;
  for (let y = 0; y < size; y++) {
    const row = Math.min(size - 1, Math.max(0, y + rowsUp)) * size;
    for (let x = 0; x < size; x++, to += 3) {
      const from = (row + (mirrored ? size - 1 - x : x)) * 3;
      view[to] = input[from] as number;
      view[to + 1] = input[from + 1] as number;
      view[to + 2] = input[from + 2] as number;
    }
  }
  return view;
}
