import type { Emotion } from '../../domain/emotions.ts';
import type { Vote } from '../../domain/votes.ts';
import { datasetName } from '../installation.ts';
import type { Sample } from '../project/index.ts';
import { classEmotions } from './classEmotions.ts';
import type { CleanedSample } from './cleanedRows.ts';
import { type ExportedText, textFile } from './exported.ts';
import type { ExportFormat, ExportJob } from './exportFormat.ts';
import { metadataColumns } from './exportSource.ts';
import type { ExportTally } from './exportTally.ts';
import { labelledSamples } from './labelledSamples.ts';
import { namedVotes } from './namedVote.ts';

/** What a text format may need in addition to the rows. */
export interface ExportContext {
  datasetName: string;
  /** In the dataset's own spelling and order. */
  classNames: readonly string[];
  /** Names of the further columns of the source. */
  metadataColumns: readonly string[];
  /** The meaning of a class of the dataset, by its mapping or its name; null if it is no emotion. */
  emotionOfClass(name: string): Emotion | null;
  /** The annotators' decisions on an image, as far as the person who exports may see them. */
  votesOf(sample: Sample): Vote[];
}

/** A text file in parts: its beginning, an entry for each image, the separator, and its end. */
interface TextParts {
  head: string;
  /** Null for an image that is not in the file. */
  entry(cleaned: CleanedSample): string | null;
  separator: string;
  tail: string;
}

/** A format of one text file, made from the rows. */
interface TextFormat extends Pick<ExportFormat, 'holdsExcluded' | 'needsFile'> {
  title: string;
  /** Its purpose, one sentence. */
  description: string;
  /** With its point. */
  extension: string;
  mediaType: string;
  /** Whether it names image files, so that a picture within a table cannot be in it. */
  namesFiles: boolean;
  shape: ExportedText['shape'];
  begin(context: ExportContext): TextParts;
}

export function textFormat(format: TextFormat): ExportFormat {
  const { title, description, extension, mediaType, holdsExcluded, namesFiles, needsFile, shape } = format;
  return {
    holdsExcluded,
    needsFile,
    entries: 'images',

    describe: (layout) => ({
      title,
      description,
      output: 'file',
      extension,
      refusal:
        namesFiles && layout.picturesInTable
          ? `The images of ${layout.title} are in a table; export a new tree of class folders instead.`
          : null,
    }),

    write(job) {
      const { head, entry, separator, tail } = format.begin(contextOf(job));
      const samples = holdsExcluded ? job.rows.samples : labelledSamples(job.rows.samples, job.request);
      const entries = entriesOf(samples, entry, job.tally);
      return textFile(job.stem + extension, mediaType, {
        shape,
        head,
        entries,
        separator,
        tail,
        unit: 'row',
      });
    },
  };
}

function contextOf({ source, folder }: ExportJob): ExportContext {
  const emotions = classEmotions(source);
  return {
    datasetName: datasetName(folder),
    classNames: source.classNames,
    metadataColumns: metadataColumns(source),
    emotionOfClass: (name) => emotions.get(name) ?? null,
    votesOf: (sample) => namedVotes(source, sample),
  };
}

function* entriesOf(
  samples: Iterable<CleanedSample>,
  entryOf: TextParts['entry'],
  tally: ExportTally,
): Generator<string> {
  for (const cleaned of samples) {
    const entry = entryOf(cleaned);
    if (entry === null) continue;
    tally.entries++;
    tally.statuses[cleaned.row.status]++;
    yield entry;
  }
}

/** One JSON object a line. */
export function jsonLines(toJson: (cleaned: CleanedSample) => unknown): TextParts {
  return { head: '', entry: (cleaned) => `${JSON.stringify(toJson(cleaned))}\n`, separator: '', tail: '' };
}

/** One JSON document with a list, an item a line. */
export function jsonList(
  open: string,
  close: string,
  toJson: (cleaned: CleanedSample) => unknown,
): TextParts {
  return {
    head: `${open}\n`,
    entry: (cleaned) => JSON.stringify(toJson(cleaned)),
    separator: ',\n',
    tail: `\n${close}`,
  };
}
