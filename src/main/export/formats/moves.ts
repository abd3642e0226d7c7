import { stringify } from 'csv-stringify/sync';

/** A list of moves as a CSV file: where each image lies now and where its label belongs; '' to leave it out. */
export function* movesCsv(moves: Iterable<{ from: string; to: string }>): Generator<string> {
  yield stringify([['from', 'to']], { record_delimiter: 'windows' });
  for (const { from, to } of moves) yield stringify([[from, to]], { record_delimiter: 'windows' });
}
