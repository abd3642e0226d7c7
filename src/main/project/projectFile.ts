import type Database from 'better-sqlite3';
import { FLAGGED_AT, flaggedAtSchema } from '../../shared/scores.ts';
import { AuditsTable } from './auditsTable.ts';
import { DatasetTable } from './datasetTable.ts';
import { EarlierFlagsTable } from './earlierFlagsTable.ts';
import { EmbeddingsTable } from './embeddingsTable.ts';
import { FacesTable } from './facesTable.ts';
import { FeatureStore } from './featureStore.ts';
import { FlagsTable } from './flagsTable.ts';
import { keepGoodCopy } from './goodCopy.ts';
import { HeadTable } from './headTable.ts';
import { IssuesTable } from './issuesTable.ts';
import { JobsTable } from './jobsTable.ts';
import { MapTable } from './mapTable.ts';
import { MetadataColumnsTable } from './metadataColumnsTable.ts';
import { MetadataTable } from './metadataTable.ts';
import { ModelRunsTable, type NewRun } from './modelRunsTable.ts';
import { asAppError, openDatabase } from './openDatabase.ts';
import { ReadingsTable } from './readingsTable.ts';
import { SamplesTable } from './samplesTable.ts';
import { SettingsTable } from './settingsTable.ts';
import { SharesTable } from './sharesTable.ts';
import { dropStaged, StagedReadings } from './stagedReadings.ts';
import { VerdictsTable } from './verdictsTable.ts';
import { WriterLock } from './writerLock.ts';

/** An open project file: its tables, and transactions over them. */
export class ProjectFile {
  readonly path: string;
  readonly dataset: DatasetTable;
  readonly samples: SamplesTable;
  readonly metadata: MetadataTable;
  readonly metadataColumns: MetadataColumnsTable;
  readonly faces: FacesTable;
  readonly modelRuns: ModelRunsTable;
  readonly readings: ReadingsTable;
  readonly embeddings: EmbeddingsTable;
  readonly features: FeatureStore;
  readonly map: MapTable;
  readonly flags: FlagsTable;
  readonly head: HeadTable;
  readonly earlierFlags: EarlierFlagsTable;
  readonly issues: IssuesTable;
  readonly verdicts: VerdictsTable;
  readonly shares: SharesTable;
  readonly audits: AuditsTable;
  readonly jobs: JobsTable;
  readonly settings: SettingsTable;
  readonly #database: Database.Database;
  readonly #lock: WriterLock | null;

  private constructor(path: string, database: Database.Database, lock: WriterLock | null) {
    this.path = path;
    this.#database = database;
    this.#lock = lock;
    this.dataset = new DatasetTable(database);
    this.samples = new SamplesTable(database);
    this.metadata = new MetadataTable(database);
    this.metadataColumns = new MetadataColumnsTable(database);
    this.faces = new FacesTable(database);
    this.modelRuns = new ModelRunsTable(database);
    this.readings = new ReadingsTable(database);
    this.embeddings = new EmbeddingsTable(database);
    this.features = new FeatureStore(path);
    this.map = new MapTable(database);
    this.flags = new FlagsTable(database);
    this.head = new HeadTable(database);
    this.earlierFlags = new EarlierFlagsTable(database);
    this.issues = new IssuesTable(database);
    this.verdicts = new VerdictsTable(database);
    this.shares = new SharesTable(database);
    this.audits = new AuditsTable(database);
    this.jobs = new JobsTable(database);
    this.settings = new SettingsTable(database);
  }

  /**
   * Opens a project, making the file where there is none.
   * @throws AppError `project-locked`, `project-newer`, `project-invalid`
   */
  static openForWriting(path: string): ProjectFile {
    openDatabase(path, 'write').close(); // makes the folder, and refuses a foreign file before the lock is taken
    const lock = WriterLock.acquire(path);
    try {
      const project = new ProjectFile(path, openDatabase(path, 'write'), lock);
      project.jobs.closeInterrupted();
      project.discardStaged();
      return project;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Opens a project that may be open for writing elsewhere. @throws AppError `project-invalid`, `project-newer` */
  static openForReading(path: string): ProjectFile {
    return new ProjectFile(path, openDatabase(path, 'read'), null);
  }

  /** Labels are flagged from this default score on. */
  get flaggedAt(): number {
    return this.settings.read('flagged-at', flaggedAtSchema) ?? FLAGGED_AT;
  }

  set flaggedAt(score: number) {
    this.settings.write('flagged-at', flaggedAtSchema.parse(score));
  }

  /** Copies the project beside it while it is in use, so that damage to the file does not cost its verdicts. */
  async keepGoodCopy(): Promise<void> {
    try {
      await keepGoodCopy(this.#database, this.path);
    } catch (error) {
      if (this.#database.open) throw asAppError(error, this.path); // closed meanwhile: the next one is made then
    }
  }

  /** What SQLite says of this file, for a person. */
  explain(error: unknown): unknown {
    return asAppError(error, this.path);
  }

  /** Begins to gather the readings of a run that is to take the place of the present one as a whole. */
  stageReadings(run: NewRun): StagedReadings {
    return this.transaction(() => new StagedReadings(this.#database, this.modelRuns.gather(run)));
  }

  /** Takes away what was gathered of a run that was not published, by this process or one that was killed. */
  discardStaged(): void {
    this.transaction(() => {
      dropStaged(this.#database);
      this.modelRuns.dropGathering();
    });
  }

  /** Runs `work` in one transaction: all of it is on disk afterwards, or none of it. */
  transaction<T>(work: () => T): T {
    try {
      return this.#database.transaction(work).immediate();
    } catch (error) {
      throw asAppError(error, this.path);
    }
  }

  /**
   * A transaction that leaves the event loop free between its steps. Nothing else may write meanwhile: it would
   * become part of it.
   */
  async longTransaction<T>(work: () => Promise<T>): Promise<T> {
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      const result = await work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      throw asAppError(error, this.path);
    }
  }

  close(): void {
    this.features.close();
    this.#database.close();
    this.#lock?.release();
  }
}
