import type Database from 'better-sqlite3';

const ROWS_AT_ONCE = 20_000;

/**
 * Rows of a table of images, in the order of their numbers: `statement` asks for those after a number, up to a limit. One
 * row at a time, as `iterate` reads them, takes twice the time.
 */
export function* rowsInPages<Row extends { sampleId: number }>(
  statement: Database.Statement<[number, number]>,
): Generator<Row> {
  for (let last = 0; ; ) {
    const page = statement.all(last, ROWS_AT_ONCE) as Row[];
    yield* page;
    if (page.length < ROWS_AT_ONCE) return;
    last = (page.at(-1) as Row).sampleId;
  }
}
