import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { AppError } from '../../domain/errors.ts';
import type { ScanChoice } from '../../domain/model.ts';
import type {
  ChoosableTable,
  FacesGlance,
  FolderInspection,
  InspectionRequest,
  RecentFolder,
  ScanPace,
} from '../../protocol/opening.ts';
import { listTables, type RecognisedDataset } from '../dataset/index.ts';
import type { Pictures } from '../decoding/index.ts';
import type { RenderedImage } from '../images/index.ts';
import { glanceAtFaces, type InspectedFolder, inspectFolder, measurePace } from '../open/index.ts';
import { knownFolders } from '../opened/index.ts';
import type { ScanSetup } from '../scan/index.ts';

/** Inspections kept: of each open page the latest, as a rule. */
const KEPT = 4;

/** Inspects folders for pages, before anything is imported. */
export class FolderInspections {
  readonly #scan: ScanSetup;
  readonly #pictures: Pictures;
  readonly #inspected = new Map<string, Omit<InspectedFolder, 'dataset'>>();
  /** What the latest inspection has read: a large folder takes memory. */
  #dataset: RecognisedDataset | undefined;

  constructor(scan: ScanSetup, pictures: Pictures) {
    this.#scan = scan;
    this.#pictures = pictures;
  }

  recent(): RecentFolder[] {
    return knownFolders().map((folder) => ({ folder, available: existsSync(folder) }));
  }

  /** @throws AppError as inspectFolder */
  async inspect(request: InspectionRequest): Promise<FolderInspection> {
    this.#dataset = undefined;
    const { dataset, ...inspected } = await inspectFolder(request, this.#scan, this.#pictures);
    this.#dataset = dataset;
    const id = randomUUID();
    this.#inspected.set(id, inspected);
    const [oldest] = this.#inspected.keys();
    if (this.#inspected.size > KEPT && oldest !== undefined) this.#inspected.delete(oldest);
    return { id, ...inspected.inspection };
  }

  /** What the latest inspection has read, for the import, which is the last to need it. */
  takeDataset(): RecognisedDataset | undefined {
    const dataset = this.#dataset;
    this.#dataset = undefined;
    return dataset;
  }

  /** @throws AppError `not-found` */
  picture(id: string, place: number): RenderedImage {
    const picture = this.#byId(id).pictures[place];
    if (picture == null) throw new AppError('not-found', 'there is no such image');
    return picture;
  }

  tables(id: string): Promise<ChoosableTable[]> {
    const { folder, followLinks } = this.#byId(id).inspection;
    return listTables(folder, followLinks);
  }

  /** @throws AppError as glanceAtFaces */
  glanceAtFaces(id: string): Promise<FacesGlance> {
    const { inspection, photographs } = this.#byId(id);
    const { folder, followLinks } = inspection;
    return glanceAtFaces({ folder, followsLinks: followLinks }, photographs, this.#scan);
  }

  /** @throws AppError as measurePace */
  measurePace(id: string, scanChoice: ScanChoice): Promise<ScanPace | null> {
    const { inspection, readable } = this.#byId(id);
    const { folder, followLinks } = inspection;
    return measurePace({ folder, followsLinks: followLinks }, readable, this.#scan, scanChoice);
  }

  #byId(id: string): Omit<InspectedFolder, 'dataset'> {
    const inspected = this.#inspected.get(id);
    if (inspected !== undefined) return inspected;
    throw new AppError('not-found', 'this preview of the folder has expired', 'Choose the folder again.');
  }
}
