import { basename, extname } from 'node:path';
import type { DatasetPlace, ImageSource } from '../../../domain/imageSource.ts';
import { Pictures } from '../../decoding/index.ts';
import { datasetPlace, imageSource } from '../../opened/index.ts';
import type { CleanedSample } from '../cleanedRows.ts';
import type { ExportFormat } from '../exportFormat.ts';
import { countEntries, countStatuses } from '../exportTally.ts';
import { hasFile, labelledSamples } from '../labelledSamples.ts';
import type { OutputFile } from '../writeOutput.ts';

/** `<split>/<class>/<name>` for images that have a label and a file. */
export const classTree: ExportFormat = {
  holdsExcluded: false,
  needsFile: true,
  entries: 'images',

  describe: () => ({
    title: 'New tree of class folders',
    description: 'Split, class, image: copies or hard links of every image, for ImageFolder and YOLO.',
    output: 'folder',
    extension: '',
    refusal: null,
  }),

  write({ source, request, rows, tally, folder, pictures }) {
    const labelled = labelledSamples(rows.samples, request).filter(({ sample }) => hasFile(sample));
    const samples = countStatuses(labelled, ({ row }) => row.status, tally);
    const place = datasetPlace(source.project, folder);
    const files = withPictures(pictures, (decoder) => treeFiles(samples, place, decoder));
    return { kind: 'folder', files: countEntries(files, tally) };
  },
};

async function* withPictures(
  given: Pictures | undefined,
  filesOf: (pictures: Pictures) => AsyncIterable<OutputFile>,
): AsyncGenerator<OutputFile> {
  if (given !== undefined) return yield* filesOf(given);
  const own = new Pictures();
  try {
    yield* filesOf(own);
  } finally {
    own.close();
  }
}

async function* treeFiles(
  samples: Iterable<CleanedSample>,
  place: DatasetPlace,
  pictures: Pictures,
): AsyncGenerator<OutputFile> {
  const taken = new Set<string>();
  for (const { sample, row } of samples) {
    const folder = [row.split, row.label_clean]
      .filter((name) => name !== '')
      .map(folderName)
      .join('/');
    const pixels = imageSource(place, sample);
    const isWhole = sample.region === null;
    const name = basename(sample.path, isWhole ? '' : extname(sample.path)) + (isWhole ? '' : '.png');
    yield {
      path: freeName(`${folder}/${name}`, taken),
      content: isWhole ? { copyOf: pixels.path } : picture(pictures, pixels),
    };
  }
}

/** A class or split as one folder on every system. */
function folderName(name: string): string {
  const safe = name.replace(/[<>:"/\\|?*\p{Cc}]/gu, '_').replace(/[. ]+$/, '');
  return safe === '' ? '_' : safe;
}

function freeName(path: string, taken: Set<string>): string {
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  let free = path;
  for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${stem}-${number}${extension}`;
  taken.add(free.toLowerCase());
  return free;
}

async function* picture(pictures: Pictures, source: ImageSource): AsyncGenerator<Uint8Array> {
  yield (await pictures.full(source)).bytes;
}
