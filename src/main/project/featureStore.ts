import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import {
  type FeatureProjection,
  type FeatureRow,
  type FeaturesOfRun,
  FeatureWriter,
  presentFeatures,
} from '../features/index.ts';

/** Where the features of a project's images are kept. */
function featuresOf(projectFile: string): string {
  return `${projectFile}.features`;
}

/**
 * The features of the scanned images, in a file beside the project: it may be deleted at any time, and a scan
 * restores it. To load it, open a FeatureReader on its path.
 */
export class FeatureStore {
  readonly path: string;
  #writer: FeatureWriter | null = null;
  #staged: FeatureWriter | null = null;

  constructor(projectFile: string) {
    this.path = featuresOf(projectFile);
  }

  /** Rows are written from now on; those of another run are dropped. */
  begin(ofRun: FeaturesOfRun): void {
    this.#writer?.close();
    this.#writer = FeatureWriter.open(this.path, ofRun);
  }

  get isCompact(): boolean {
    return this.#writer?.isCompact === true;
  }

  /** Call before the transaction that counts these images as scanned. */
  write(rows: readonly FeatureRow[]): void {
    this.#writer?.write(rows);
  }

  makeCompact(projection: FeatureProjection): void {
    this.#writer?.makeCompact(projection);
  }

  /** A file beside the present one, for features that take its place as a whole. */
  stage(ofRun: FeaturesOfRun): FeatureWriter {
    this.discardStaged();
    this.#staged = FeatureWriter.open(this.#stagedPath, ofRun);
    return this.#staged;
  }

  /**
   * Before the transaction that publishes the predictions: features of another run than the project's do not
   * count.
   */
  publishStaged(): void {
    this.#staged?.close();
    this.#staged = null;
    this.close();
    renameSync(this.#stagedPath, this.path);
  }

  discardStaged(): void {
    this.#staged?.close();
    this.#staged = null;
    rmSync(this.#stagedPath, { force: true });
  }

  get #stagedPath(): string {
    return `${this.path}.staged`;
  }

  /** Of the file; 0 where there is none. */
  bytes(): number {
    return statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Gives the space back. */
  remove(): void {
    this.close();
    rmSync(this.path, { force: true });
  }

  /**
   * For each of these images, whether it has features of this run; a damaged row counts until it is loaded.
   */
  presentAmong(ids: readonly number[], ofRun: FeaturesOfRun): Uint8Array {
    return presentFeatures(this.path, ids, ofRun);
  }

  close(): void {
    this.#writer?.close();
    this.#writer = null;
  }
}

/** The project's file gets another name. */
export function moveFeatures(from: string, to: string): void {
  if (existsSync(featuresOf(from))) renameSync(featuresOf(from), featuresOf(to));
}
