import { AppError } from '../../domain/errors.ts';
import { KeptRows } from './keptRows.ts';
import { affectNetCsv } from './layouts/affectNetCsv.ts';
import { affectNetNpy } from './layouts/affectNetNpy.ts';
import { affWild2 } from './layouts/affWild2.ts';
import { ckPlus } from './layouts/ckPlus.ts';
import { classFolders } from './layouts/classFolders.ts';
import { clipFolders } from './layouts/clipFolders.ts';
import { coco } from './layouts/coco.ts';
import { cvat } from './layouts/cvat.ts';
import { expW } from './layouts/expW.ts';
import { fer2013Csv } from './layouts/fer2013Csv.ts';
import { ferg } from './layouts/ferg.ts';
import { ferPlus } from './layouts/ferPlus.ts';
import { fiftyOne } from './layouts/fiftyOne.ts';
import { huggingFaceImageFolder } from './layouts/huggingFaceImageFolder.ts';
import { huggingFaceParquet } from './layouts/huggingFaceParquet.ts';
import { imageList } from './layouts/imageList.ts';
import { jaffe } from './layouts/jaffe.ts';
import { kdef } from './layouts/kdef.ts';
import { labelStudio } from './layouts/labelStudio.ts';
import { ckPlus48, sfew } from './layouts/namedClassFolders.ts';
import { rafDb } from './layouts/rafDb.ts';
import { table } from './layouts/table.ts';
import { RecognisedDataset } from './recognisedDataset.ts';
import { listFolder } from './recognition/folderListing.ts';
import type {
  LabelChanges,
  Layout,
  LayoutOptions,
  Recognition,
  SampleRecord,
  WrittenFile,
} from './recognition/layout.ts';
import { recogniseNumberings } from './recognition/recogniseNumbering.ts';
import { refuseUnreadableLabels, unrecognisedFolder } from './recognition/unrecognised.ts';

export { openPredictions } from './predictions/openPredictions.ts';
export type { PredictedRow, PredictionOptions, Predictions } from './predictions/predictions.ts';
export {
  isFolder,
  openScannedShards,
  type ScannedRow,
  type ScannedShards,
} from './predictions/scannedShards.ts';
export { listTables } from './readers/tableChoices.ts';
export {
  foreignWords,
  guessEncoding,
  guessedEncodingName,
  type TextEncoding,
} from './readers/textEncoding.ts';
export type { RecognisedDataset } from './recognisedDataset.ts';
export type {
  LabelChange,
  LabelChanges,
  Layout,
  LayoutOptions,
  Recognition,
  SampleRecord,
} from './recognition/layout.ts';
export { PathIndex } from './recognition/pathIndex.ts';

/** Every layout that is known: a new one is a file and a line here. */
export const layouts = [
  rafDb,
  affectNetCsv,
  affectNetNpy,
  ferPlus,
  fer2013Csv,
  affWild2,
  jaffe,
  kdef,
  ferg,
  ckPlus,
  ckPlus48,
  expW,
  sfew,
  huggingFaceParquet,
  huggingFaceImageFolder,
  coco,
  labelStudio,
  cvat,
  fiftyOne,
  clipFolders,
  imageList,
  classFolders,
  table,
] satisfies Layout[];

/**
 * Finds out how a folder keeps its images and labels. Nothing is decoded.
 *
 * @param onRows called with each layout that is tried; what it returns is called with every row that this layout reads
 * @returns with the most likely layout
 * @throws AppError `layout-unknown`, `folder-missing`, `folder-unreadable`, `table-invalid`.
 */
export async function recogniseDataset(
  folder: string,
  options: LayoutOptions = {},
  onRows?: (layout: string) => (row: SampleRecord) => void,
): Promise<RecognisedDataset> {
  const { followLinks, ...given } = options;
  const links = followLinks === undefined ? {} : { followLinks };
  const chosen = chooseLayouts(given);
  const listing = await listFolder(folder, followed(links));
  const found: { layout: Layout; recognition: Recognition; kept: KeptRows }[] = [];
  let refused: unknown = null;
  for (const layout of chosen) {
    const kept = new KeptRows(onRows?.(layout.id));
    try {
      const recognition = await layout.recognise(listing, given, (row) => kept.add(row));
      if (recognition === null) continue;
      found.push({
        layout,
        recognition: { ...recognition, options: { ...recognition.options, ...links } },
        kept,
      });
    } catch (error) {
      // One layout may lack this column where another has it.
      if (chosen !== withColumns) throw error;
      refused = error;
    }
  }
  found.sort((a, b) => b.recognition.confidence - a.recognition.confidence);
  const [best, ...others] = found;
  if (best !== undefined) {
    const { layout, recognition, kept } = best;
    const rows = kept.rows ?? layout.read(listing, recognition);
    const numberings = await recogniseNumberings(listing.root, layout, recognition, rows);
    return new RecognisedDataset({
      layout,
      listing,
      recognition: { ...recognition, numberings },
      runnersUp: others.map((other) => other.recognition),
      rows: kept.rows,
      options,
    });
  }
  if (refused !== null) throw refused;
  await refuseUnreadableLabels(listing);
  throw unrecognisedFolder(listing);
}

/**
 * The dataset's own label files, or its tree of images, with other labels. The folder is listed again and
 * only read.
 *
 * @throws AppError `bad-request` for a label that the format cannot hold, `table-invalid`
 */
export async function* writeDataset(
  folder: string,
  recognition: Recognition,
  changes: LabelChanges,
): AsyncGenerator<WrittenFile> {
  const layout = layoutById(recognition.layout);
  yield* layout.write(await listFolder(folder, followed(recognition.options)), recognition, changes);
}

/** The user's choices that concern the file system. */
function followed({ followLinks }: LayoutOptions): { followLinks: boolean } {
  return { followLinks: followLinks === 'yes' };
}

function chooseLayouts(options: LayoutOptions): Layout[] {
  if (options.layout !== undefined) {
    const layout = layoutById(options.layout);
    refuseColumns(layout, options);
    return [layout];
  }
  if (options.classLevel !== undefined) return [classFolders];
  const namesTable = [options.table, options.imageColumn, options.labelColumn, options.splitColumn];
  return namesTable.some((option) => option !== undefined) ? withColumns : layouts;
}

/** Layouts whose columns can be named. */
const withColumns: Layout[] = [table, huggingFaceParquet, clipFolders, imageList];

/** @throws AppError `bad-request` for a column of a layout that has its columns fixed */
function refuseColumns(layout: Layout, options: LayoutOptions): void {
  const flags = {
    imageColumn: '--image-column',
    labelColumn: '--label-column',
    splitColumn: '--split-column',
  };
  const given = Object.entries(flags).find(([option]) => options[option as keyof typeof flags] !== undefined);
  if (given === undefined || withColumns.includes(layout)) return;
  throw new AppError(
    'bad-request',
    `${given[1]} does not apply to the layout ${layout.id} (${layout.title})`,
    `Its labels are where that format has them: ${layout.mark}. To use a table column: --layout table.`,
  );
}

/** @throws AppError `layout-unknown` */
export function layoutById(id: string): Layout {
  const layout = layouts.find((candidate) => candidate.id === id);
  if (layout !== undefined) return layout;
  const known = layouts.map((candidate) => candidate.id).join(', ');
  throw new AppError('layout-unknown', `there is no layout "${id}"`, `The layouts are ${known}.`);
}
