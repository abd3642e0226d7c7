import { z } from 'zod';
import type { Emotion } from '../domain/emotions.ts';
import { exportFormatSchema } from '../domain/exportFormats.ts';
import type { FacePlace } from '../domain/faces.ts';
import type { ImageViews, ModelMetadata, Provider } from '../domain/model.ts';
import type { Status, VerdictKind } from '../domain/verdicts.ts';
import { flaggedAtSchema } from '../labelQuality/flagThreshold.ts';
import type { LabelProbabilities } from '../labelQuality/labelProbabilities.ts';
import type { PairState } from '../labelQuality/pairDoubt.ts';
import type { RoundProgress } from '../labelQuality/round.ts';
import type { Scores } from '../labelQuality/scores/index.ts';
import type { MapState } from './map.ts';
import { type QueueItem, type QueueTally, queueRequestSchema, VIEWS } from './queue.ts';
import type { Blindness, VerdictChange, VerdictEntry } from './review.ts';
import type { Revised, Revision } from './revision.ts';

/** The body of every failed request. */
export interface ApiError {
  code: string;
  message: string;
  hint: string;
}

export interface ProblemSummary {
  kind: string;
  message: string;
  count: number;
  examples: string[];
}

export interface DatasetClass {
  index: number;
  /** As the dataset spells it. */
  name: string;
  /** As shown: `surprise (1)` for a number that was mapped, else its name. */
  title: string;
  /** The emotion of its name or mapping, which gives it its colour; null for a class of the dataset's own. */
  emotion: Emotion | null;
  /** Its index among the classes that are no emotion, which gives these their colours. */
  ownIndex: number;
  /** False where the model has no probability for it. */
  known: boolean;
  /** The model classes that it maps to; empty before the first scan. */
  modelClasses: string[];
  /** The user set the mapping. */
  mapped: boolean;
  /** The class of the model that its images suggest if nothing else gives its meaning; null for none. */
  guessed: string | null;
  /** Title of the class that it likely misspells; null for none. */
  misspelt: string | null;
  /** Its key; '' if there is none. */
  key: string;
  /** Images given this label. */
  count: number;
}

export interface ProjectCounts {
  images: number;
  /** Not scanned yet. */
  pending: number;
  scanned: number;
  unreadable: number;
  vanished: number;
  flagged: number;
  reviewed: number;
  /** By status; `unreviewed` included. */
  statuses: Record<Status, number>;
}

export interface ModelSummary {
  name: string;
  version: string;
  /** Null for predictions that were imported. */
  provider: Provider | null;
  precision: ModelMetadata['precision'];
  views: ImageViews;
  /** One view was chosen because the faces differ from those that the model was trained on. */
  oneViewByDomain: boolean;
  /** Why a faster provider was not used. */
  fallbacks: string[];
  classes: string[];
  anchorsPerClass: number;
  /** 0 where predictions were imported without embeddings. */
  embeddingSize: number;
  /** The probabilities of wrong labels were calibrated with this very model. */
  calibrated: boolean;
}

const JOB_STATES = ['running', 'paused', 'done', 'failed', 'cancelled'] as const;
export interface JobProgress {
  kind: 'import' | 'faces' | 'scan' | 'predictions' | 'fit';
  state: (typeof JOB_STATES)[number];
  done: number;
  total: number;
  imagesPerSecond: number;
  secondsLeft: number | null;
  /** What went wrong and what to do, for `failed`, and for a job that is `paused` because a drive failed. */
  error: ApiError | null;
}

/** A pair of classes in doubt: labels of one that the model sees as the other. */
export interface PairDoubtSummary {
  given: number;
  suggested: number;
  flagged: number;
  /** Images that decide, and those of them that have a decision. */
  sampled: number;
  reviewed: number;
  wrong: number;
  state: PairState;
}

/** Where the annotator was, so that reopening lands on the same image, filter and order. */
export const placeSchema = z.object({
  request: queueRequestSchema,
  sampleId: z.int().nullable(),
  view: z.enum(VIEWS).default('single'),
});
export type Place = z.infer<typeof placeSchema>;

/** A named queue with its view. */
const savedViewSchema = z.object({
  name: z.string().trim().min(1).max(60),
  request: queueRequestSchema,
  view: z.enum(VIEWS).default('single'),
});
export type SavedView = z.output<typeof savedViewSchema>;
export const savedViewsSchema = z.object({ views: z.array(savedViewSchema).max(100) });

export interface ProjectSummary {
  /**
   * Random, stored in the project file: distinguishes a project from another with the same name and place.
   */
  id: string;
  name: string;
  folder: string;
  projectFile: string;
  layout: { title: string; reason: string };
  /** The project is so large that its folder was not looked through again when it was opened. */
  listTrusted: boolean;
  problems: ProblemSummary[];
  classes: DatasetClass[];
  /** Id of the known numbering that gives the classes their meaning; null for none. */
  numbering: string | null;
  /** The known numberings that fit the classes, the most likely first. */
  numberings: { id: string; title: string; isSure: boolean }[];
  splits: { name: string; count: number }[];
  counts: ProjectCounts;
  /** The model of the last scan; null before the first. */
  model: ModelSummary | null;
  annotator: string;
  /** Labels are flagged from this wrong-label probability on. */
  flaggedAt: number;
  /** Pairs of classes in which the model is in doubt until a person has decided on a few images; none while suggestions are hidden. */
  doubts: PairDoubtSummary[];
  /** ISO 8601: when wrong-label probabilities were last learned from the labels; null before that. */
  fittedAt: string | null;
  /** ISO 8601: when what was learned last changed the queue of what nobody has reviewed; null before the first time. */
  queueChangedAt: string | null;
  /** Reviewed images that the labels were last learned with. */
  decisionsLearned: number;
  /** Whether the model finds unusable faces. */
  hasFaceQuality: boolean;
  /** Grows when samples become other parts of their files. */
  pictureVersion: number;
  /** A person has said the name; it is a guess until then. */
  annotatorKnown: boolean;
  /** What the annotator has chosen to hide. */
  blindness: Blindness;
  /** What is hidden now: during a round also the model's predictions. */
  hidden: Blindness;
  /** The annotator's round; null if there is none. */
  round: RoundProgress | null;
  /** Images were assigned to the annotator. */
  hasShare: boolean;
  place: Place | null;
  canUndo: boolean;
  canRedo: boolean;
}

/** The parts of a project that decisions, scans and the threshold of the flags change. */
export type ProjectChange = Pick<ProjectSummary, 'counts' | 'canUndo' | 'canRedo' | 'flaggedAt'>;

/** Answer of GET /api/state, and of whatever changes the project as a whole. */
export type StateAnswer = Revised<AppState>;

export interface AppState {
  version: string;
  project: ProjectSummary | null;
  job: JobProgress | null;
  /** Folders opened before, newest first. */
  recent: string[];
  /** Folder of the sample dataset; null if this installation has none. */
  sample: string | null;
  /** A new folder that the program was started with, to be checked before it is imported; null where there is none, or a dataset is open. */
  offered: string | null;
}

export interface DistributionRow {
  name: string;
  /** Index of the dataset's class, null for a class that only the model has. */
  label: number | null;
  /** Over the dataset's mapped classes if `label` is set; else the model's own probability. */
  primary: number;
  corrected: number;
}

export interface NearestAnchor {
  /** Name of the model's class, in the dataset's spelling where it is mapped. */
  className: string;
  label: number | null;
  k: number;
  distance: number;
  similarity: number;
  /** The dataset's images closest to this anchor, nearest first, without this one. */
  images: { id: number; image: string }[];
}

/** What one model predicts of an image. */
interface ModelPrediction {
  distribution: DistributionRow[];
  confidencePrimary: number;
  confidenceCorrected: number;
  standardDeviationPrimary: number;
  standardDeviationCorrected: number;
  anchors: NearestAnchor[];
}

/** Prediction of the model tuned to the dataset's own labels, never trained on this image's label. */
export interface TunedPrediction extends ModelPrediction {
  /** Its weight for the given label, compared with the base model: 0 to 1. */
  share: number;
}

export interface SamplePrediction extends ModelPrediction {
  suggested: number | null;
  /** The combined probabilities, by label: the numbers for "it is X" on every screen. */
  probabilities: LabelProbabilities;
  /** Each null where the given label is unknown to the model. */
  scores: Scores;
  flagged: boolean;
  /** Its pair of classes is in doubt, so that it does not count as likely wrong. */
  held: boolean;
  /** Why it is flagged (or not). */
  reason: string;
  /** Null if there is no tuned model. */
  tuned: TunedPrediction | null;
  /** The model was trained on this image, so its prediction is no evidence. */
  trainedOn: 'same-pixels' | 'near-copy' | null;
}

export interface VoteOnImage {
  annotator: string;
  verdict: VerdictKind;
  /** Index of the dataset's class after the decision; null if there is none. */
  label: number | null;
  note: string;
}

export interface SampleDetail {
  id: number;
  image: string;
  split: string | null;
  width: number | null;
  height: number | null;
  format: string | null;
  sizeBytes: number | null;
  given: number | null;
  /** Which of the faces found in its photograph it is; null if none were searched for. */
  face: FacePlace | null;
  /** It is a part of a photograph, which can be asked for. */
  isCutOut: boolean;
  state: 'pending' | 'read' | 'unreadable' | 'vanished';
  /** Why the image could not be scanned. */
  problem: string | null;
  prediction: SamplePrediction | null;
  status: Status;
  /** The label after the verdict; null when excluded. */
  label: number | null;
  history: VerdictEntry[];
  /** Each annotator's current decision on it; empty if they may not be seen. */
  votes: VoteOnImage[];
}

/** The images most like one, nearest first. */
export interface SampleNeighbours {
  neighbours: (QueueItem & { distance: number })[];
  /** Those among the reviewed images alone. */
  reviewed: (QueueItem & { distance: number })[];
  /** False where the dataset is so large that only the surroundings of the same anchors were searched. */
  exact: boolean;
}

export interface VerdictAnswer extends Revised<ProjectChange> {
  /**
   * The resulting labels of its images: with several annotators not always the label just given. If there are
   * very many, the first ones.
   */
  changes: VerdictChange[];
  /** Images that were reviewed before, and so were left as they are. */
  skipped: number;
}

/** Answer to a verdict on many images of a queue. */
export interface BulkAnswer extends Revised<ProjectChange>, QueueTally {
  /** How many images it is on. */
  changed: number;
  /** Images that were reviewed before, and so were left as they are. */
  skipped: number;
}

/** The images that an undo or redo changed. */
export interface UndoneImages {
  /** Empty where there was nothing to undo; the first ones of a bulk step. */
  sampleIds: number[];
  /** How many images it changed. */
  changed: number;
}

export type UndoAnswer = UndoneImages & Revised<ProjectChange>;

export const thresholdSchema = z.object({ flaggedAt: flaggedAtSchema });

export const exportRequestSchema = z.object({
  what: z.enum(['all', 'changed', 'reviewed']).default('all'),
  /** Flagged images that nobody reviewed: keep the given label, drop the row, or take the suggestion. */
  unreviewed: z.enum(['keep', 'drop', 'suggestion']).default('keep'),
  /** A suggestion is taken from this flag score on, a probability, 0 to 1; the given label stays below it. */
  above: z.coerce.number().min(0).max(1).default(0.5),
  format: exportFormatSchema.default('csv'),
  /** Excluded images in a format that has no column for them: left out, or with the given label. */
  excluded: z.enum(['leave-out', 'keep']).default('leave-out'),
});
export type ExportRequest = z.infer<typeof exportRequestSchema>;

/** How the output of an export begins, and how much of it there is. */
export interface ExportPreview {
  /** A CSV is shown by its columns and first rows, a folder by its first files, another file by its first lines. */
  shape: 'table' | 'text';
  columns: string[];
  rows: string[][];
  text: string;
  /** In all of the output. */
  total: number;
  /** What `total` counts. */
  unit: 'row' | 'move' | 'file';
  /** Flagged and without a verdict. */
  unreviewedFlags: number;
  /** Images of the output by the fate of their label; `auto` is a suggestion accepted by rule. */
  statuses: Record<Status | 'auto', number>;
  /** '' for a folder. */
  fileName: string;
}

/** Server-sent events of GET /api/events: the event's name, with its data and revision. */
export interface ServerEvents {
  job: JobProgress;
  /** By a decision, a scan or another threshold. */
  change: ProjectChange;
  /** Decisions made, undone or redone in any window; null for so many that a page asks for what it shows. */
  verdicts: VerdictChange[] | null;
  map: MapState;
  /** Another project was opened, or this one was scanned again: ask for the state again. */
  state: null;
}

export type ServerEventName = keyof ServerEvents;

export interface ServerEvent<Name extends ServerEventName> {
  data: ServerEvents[Name];
  revision: Revision;
}
