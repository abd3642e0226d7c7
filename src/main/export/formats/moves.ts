import { CsvWriter } from '../csvWriter.ts';

const writer = new CsvWriter([
  { name: 'from', isFileName: true },
  { name: 'to', isFileName: true },
]);

/** A list of moves as a CSV file: where each image is now, and where its label belongs. */
export const movesCsv = {
  head: writer.header(),
  entry: ({ from, to }: { from: string; to: string }) => writer.line([from, to]),
};
