/** The current size of the grid, reported by the grid: keys move by its rows and pages. */
export class GridMeasure {
  columns = $state(1);
  rowsInSight = $state(1);
}
