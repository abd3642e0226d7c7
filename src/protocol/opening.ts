import { z } from 'zod';
import { classMappingSchema } from '../domain/classSpace.ts';
import type { Emotion } from '../domain/emotions.ts';
import { type FaceChoice, faceChoiceSchema } from '../domain/faces.ts';
import type { Framing, FramingChoice } from '../domain/framing/framing.ts';
import type { Provider, ScanOffer } from '../domain/model.ts';
import { NO_NUMBERING, NUMBERINGS } from '../domain/numberings.ts';
import type { WordRecord } from '../domain/wordRecord.ts';
import type { ApiError, ProblemSummary } from './api.ts';

/** Id of a known numbering, or `none`. */
export const numberingSchema = z.enum([NO_NUMBERING, ...NUMBERINGS.map(({ id }) => id)]);

const layoutOptionsSchema = z.record(z.string(), z.string());

/** A folder to inspect before anything is imported; `layout` is the user's choice, `{}` to detect again. */
export const inspectionRequestSchema = z.object({
  folder: z.string().min(1),
  layout: layoutOptionsSchema.optional(),
  followLinks: z.boolean().optional(),
  /** Where the dataset was before it was moved to this folder. */
  movedFrom: z.string().min(1).optional(),
});
export type InspectionRequest = z.infer<typeof inspectionRequestSchema>;

/** A folder to import and open; omitted choices are those made before, or detected. */
export const openRequestSchema = z.object({
  folder: z.string().min(1),
  /** Take over the project of the dataset that was moved here; false for a project of its own. */
  relink: z.boolean().optional(),
  /** Where the dataset was before it was moved here. */
  movedFrom: z.string().min(1).optional(),
  /** Stop the scan, or the import of predictions, of the dataset that is open. Without it the request is refused. */
  stopJob: z.boolean().optional(),
  /** List the folder of a known large project. */
  relist: z.boolean().optional(),
  /** Go back to the backup of a damaged project. */
  restore: z.boolean().optional(),
  layout: layoutOptionsSchema.optional(),
  faces: faceChoiceSchema.optional(),
  /** Links may lead out of the folder. */
  followLinks: z.boolean().optional(),
  classMapping: classMappingSchema.optional(),
  numbering: numberingSchema.optional(),
});
export type OpenRequest = z.infer<typeof openRequestSchema>;

/** One way in which the folder can be read. */
export interface RecognisedLayout {
  id: string;
  title: string;
  /** Why, in one sentence. */
  reason: string;
  /** 0 to 1. */
  confidence: number;
  images: number;
  classCount: number;
  /** To be sent back with a request, so that nothing is guessed a second time. */
  options: Record<string, string>;
}

export interface InspectedClass {
  name: string;
  /** How the files spell it, where that is not its name. */
  id: string | null;
  /** Images given this label. */
  count: number;
  emotion: Emotion | null;
  /** The model classes that it maps to; empty if the model knows none. */
  modelClasses: string[];
  /** The user said so. */
  mapped: boolean;
  /** The class that it likely misspells; null for none. */
  misspelt: string | null;
}

/** A choice of LayoutOptions. */
export interface InspectedChoice {
  option: string;
  title: string;
  /** As the end of a sentence. */
  question: string;
  chosen: string;
  values: { value: string; title: string }[];
  isSure: boolean;
}

/** A known numbering that the classes fit. */
export interface InspectedNumbering {
  id: string;
  title: string;
  /** The meaning of each class. */
  meanings: WordRecord<string>;
  /** The model class that it maps to; null for none. */
  targets: WordRecord<string | null>;
}

export interface PreviewImage {
  image: string;
  label: string | null;
  split: string | null;
  /** Why it cannot be read. */
  problem: string | null;
}

/** What would be done to faces that are framed differently from the training images. */
export interface FramingOffer {
  framing: Framing;
  /** The earlier choice, else `auto`. */
  choice: FramingChoice;
  /** A face without framing and with it, requested like previews. */
  before: number;
  after: number;
}

/** The contents of a folder, before anything is imported or written. */
export interface FolderInspection {
  /** Its pictures and tables are asked for by it. */
  id: string;
  folder: string;
  name: string;
  layout: RecognisedLayout;
  runnersUp: RecognisedLayout[];
  /** Alternatives for reading the folder; anything uncertain must be decided before a scan. */
  choices: InspectedChoice[];
  splits: { name: string; count: number }[];
  classes: InspectedClass[];
  /** The most likely first. */
  numberings: InspectedNumbering[];
  /** Id of the current one, by an earlier choice or because names and counts agree with it; null for none. */
  numbering: string | null;
  problems: ProblemSummary[];
  /** Rows that come with a box of the face. */
  boxes: number;
  /** The earlier choice about faces, or else the default. */
  faces: FaceChoice;
  /** Links may lead out of the folder. */
  followLinks: boolean;
  /** A few of every class, decoded as a scan would. */
  previews: PreviewImage[];
  /** Null if faces are framed like the training images, or if that is unknown. */
  framing: FramingOffer | null;
  /** The model of the scan; null if none works. */
  model: (ScanOffer & { classes: string[] }) | null;
  modelProblem: ApiError | null;
  /** The project that this folder already has, or that of the dataset that was moved here from another. */
  project: { file: string; images: number; reviewed: number; movedFrom: string | null } | null;
}

/** What a few images without a box show, to distinguish whole photographs from faces. */
export interface FacesGlance {
  /** Number of readable images. */
  looked: number;
  /** Photographs among them with a face. */
  found: number;
  /**
   * The median of the share of the shorter side that the most prominent face takes up; null if there is none.
   */
  share: number | null;
  /**
   * The areas that would be cut out of each of them, in pixels of the upright image, the image's own sample
   * first.
   */
  photographs: {
    /** Of the previews, from 0. */
    preview: number;
    width: number;
    height: number;
    crops: { left: number; top: number; width: number; height: number }[];
  }[];
}

/** How fast this machine scans images like those of a folder, from a few of them. */
export interface ScanPace {
  imagesPerSecond: number;
  provider: Provider;
  /** GPU providers that can be tried here. */
  gpus: Provider[];
}

/** A table of the folder whose columns can be chosen. */
export interface ChoosableTable {
  file: string;
  columns: string[];
  /** The first rows, without the header. */
  rows: string[][];
}

/** A folder opened before; it may be gone, or on a drive that is not connected. */
export interface RecentFolder {
  folder: string;
  available: boolean;
}

/** Folders whose path begins with the typed text. */
export interface FolderCompletion {
  folders: string[];
  /** There are more. */
  truncated: boolean;
}
