/** Of [n] values the index of the largest value, the first of equals; 0 of none. */
export function argmax(values: ArrayLike<number>): number {
  let largest = 0;
  for (let index = 1; index < values.length; index++) {
    if ((values[index] as number) > (values[largest] as number)) largest = index;
  }
  return largest;
}
