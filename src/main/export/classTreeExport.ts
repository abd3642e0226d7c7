import { basename, extname } from 'node:path';
import type { DatasetPlace, ImageSource } from '../../domain/imageSource.ts';
import { Pictures } from '../decoding/index.ts';
import { imageSource } from '../opened/index.ts';
import type { CleanedSample } from './cleanedRows.ts';
import type { OutputFile } from './writeOutput.ts';

/**
 * `<split>/<class>/<name>` for images that have a label and a file.
 * @param pictures decodes parts of files; without it processes are started for that
 */
export async function* classTree(
  samples: Iterable<CleanedSample>,
  place: DatasetPlace,
  pictures?: Pictures,
): AsyncGenerator<OutputFile> {
  const own = pictures === undefined ? new Pictures() : null;
  try {
    yield* filesOf(samples, place, pictures ?? (own as Pictures));
  } finally {
    own?.close();
  }
}

async function* filesOf(
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
