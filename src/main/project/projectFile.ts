import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { FLAGGED_AT, flaggedAtSchema } from '../../labelQuality/flagThreshold.ts';
import { AuditsTable } from './auditsTable.ts';
import { backupOf, backupTime, keepBackup } from './backup.ts';
import { ColumnsStamp } from './columnsStamp.ts';
import { CurrentVerdicts } from './currentVerdicts.ts';
import { DatasetTable } from './datasetTable.ts';
import { EarlierFlagsTable } from './earlierFlagsTable.ts';
import { EmbeddingsTable } from './embeddingsTable.ts';
import { explained } from './explained.ts';
import { damagedProject, explainProjectError } from './explainProjectError.ts';
import { FacesTable } from './facesTable.ts';
import { FeatureStore } from './featureStore.ts';
import { FilePlace, realName } from './filePlace.ts';
import { FlagsTable } from './flagsTable.ts';
import { IssuesTable } from './issuesTable.ts';
import { MapTable } from './mapTable.ts';
import { MetadataColumnsTable } from './metadataColumnsTable.ts';
import { MetadataTable } from './metadataTable.ts';
import { ModelRunsTable, type NewRun } from './modelRunsTable.ts';
import { openForWriting, prepareForWriting } from './openDatabase.ts';
import { copyForReading, openForReading, type ReadDatabase } from './openForReading.ts';
import { PredictionsTable } from './predictionsTable.ts';
import { restoreBackup } from './restoreBackup.ts';
import { SamplesTable } from './samplesTable.ts';
import { SettingsTable } from './settingsTable.ts';
import { SharesTable } from './sharesTable.ts';
import { logDamage } from './soundness.ts';
import { dropStaged, StagedPredictions } from './stagedPredictions.ts';
import { TunedPredictionsTable } from './tunedPredictionsTable.ts';
import { UnfinishedActions } from './unfinishedActions.ts';
import { VerdictsTable } from './verdictsTable.ts';
import { WriterLock, wasReleased } from './writerLock.ts';

/** An open project file: its tables, and transactions over them. */
export class ProjectFile {
  readonly path: string;
  readonly dataset: DatasetTable;
  readonly samples: SamplesTable;
  readonly currentVerdicts: CurrentVerdicts;
  readonly metadata: MetadataTable;
  readonly metadataColumns: MetadataColumnsTable;
  readonly faces: FacesTable;
  readonly modelRuns: ModelRunsTable;
  readonly predictions: PredictionsTable;
  readonly embeddings: EmbeddingsTable;
  readonly features: FeatureStore;
  readonly columns: ColumnsStamp;
  readonly map: MapTable;
  readonly flags: FlagsTable;
  readonly tunedPredictions: TunedPredictionsTable;
  readonly earlierFlags: EarlierFlagsTable;
  readonly issues: IssuesTable;
  readonly verdicts: VerdictsTable;
  readonly shares: SharesTable;
  readonly audits: AuditsTable;
  readonly settings: SettingsTable;
  readonly unfinished: UnfinishedActions;
  /** An import of decisions that was killed was undone as the project was opened. */
  hasUndoneImport = false;
  readonly #database: Database.Database;
  readonly #close: () => void;
  readonly #place: FilePlace;
  #isPlaceLost = false;
  /** Whether the file was closed as it should be by the last one that wrote it, or was looked through since. */
  #isTrusted: boolean;

  private constructor(path: string, database: Database.Database, close: () => void, isTrusted: boolean) {
    this.path = path;
    this.#database = database;
    this.#close = close;
    this.#place = new FilePlace(path);
    const explain = (error: unknown) => this.explain(error);
    const table = <Table extends object>(Kind: new (database: Database.Database) => Table): Table =>
      explained(new Kind(database), explain);
    this.dataset = table(DatasetTable);
    this.samples = table(SamplesTable);
    this.currentVerdicts = table(CurrentVerdicts);
    this.metadata = table(MetadataTable);
    this.metadataColumns = table(MetadataColumnsTable);
    this.faces = table(FacesTable);
    this.modelRuns = table(ModelRunsTable);
    this.predictions = table(PredictionsTable);
    this.embeddings = table(EmbeddingsTable);
    this.features = new FeatureStore(path);
    this.map = table(MapTable);
    this.flags = table(FlagsTable);
    this.tunedPredictions = table(TunedPredictionsTable);
    this.earlierFlags = table(EarlierFlagsTable);
    this.issues = table(IssuesTable);
    this.verdicts = table(VerdictsTable);
    this.shares = table(SharesTable);
    this.audits = table(AuditsTable);
    this.settings = explained(new SettingsTable(database, () => this.checkPlace()), explain);
    this.columns = new ColumnsStamp(this.settings, path);
    this.unfinished = new UnfinishedActions(this);
    this.#isTrusted = isTrusted;
  }

  /**
   * Opens a project, creating the file if there is none. Files are moved or replaced under the writer's lock.
   * @param restore replaces the file by its backup first
   * @throws AppError `project-locked`, `project-newer`, `project-invalid`, `project-damaged`, or one of the
   *   disk
   */
  static openForWriting(file: string, { restore = false } = {}): ProjectFile {
    const path = explaining(file, () => realName(file));
    if (!restore) {
      refuseWithoutFile(path);
      prepareForWriting(path);
    }
    return explaining(path, () => {
      const isTrusted = !restore && wasReleased(path);
      const lock = WriterLock.acquire(path);
      let database: Database.Database | undefined;
      try {
        if (restore) restoreBackup(path);
        database = openForWriting(path);
        const opened = database;
        const project = new ProjectFile(path, opened, () => closeAll(opened, lock), isTrusted);
        project.checkLog();
        project.discardStaged();
        project.hasUndoneImport = project.transaction(() => project.unfinished.undo());
        return project;
      } catch (error) {
        database?.close();
        lock.release({ isClean: isTrusted });
        throw error;
      }
    });
  }

  /** Opens a project that may be open for writing elsewhere. @throws AppError as openForWriting */
  static openForReading(file: string): ProjectFile {
    const path = explaining(file, () => realName(file));
    refuseWithoutFile(path);
    return explaining(path, () => {
      const project = ProjectFile.#reading(path, openForReading(path));
      if (project.unfinished.isEmpty) return project;
      // An import was killed, or is under way: none of its decisions is read.
      const whole = project.#database.readonly ? ProjectFile.#reading(path, project.#copied()) : project;
      whole.transaction(() => whole.unfinished.undo());
      return whole;
    });
  }

  /**
   * Opens a project for reading as it is now, whatever others write while it is read: a decision on many images is in all of it or
   * in none. To be closed soon: its log grows meanwhile.
   * @throws AppError as openForWriting
   */
  static openSnapshot(file: string): ProjectFile {
    const project = ProjectFile.openForReading(file);
    const database = project.#database;
    if (!database.readonly) return project; // a copy
    if (database.pragma('journal_mode', { simple: true }) === 'wal') {
      try {
        database.exec('BEGIN');
        if (project.unfinished.isEmpty) return project; // this first read is what the snapshot is of
      } catch (error) {
        project.close();
        throw error;
      }
      project.close();
      return ProjectFile.openSnapshot(file); // an import has begun since
    }
    // Without a log beside the file readers and writers would wait for each other.
    return explaining(project.path, () => {
      const copy = ProjectFile.#reading(project.path, project.#copied());
      copy.transaction(() => copy.unfinished.undo());
      return copy;
    });
  }

  static #reading(path: string, { database, close }: ReadDatabase): ProjectFile {
    try {
      return new ProjectFile(path, database, close, wasReleased(path));
    } catch (error) {
      close();
      throw error;
    }
  }

  /** A copy of the file, which is closed. */
  #copied(): ReadDatabase {
    try {
      return copyForReading(this.#database);
    } finally {
      this.close();
    }
  }

  /**
   * Refuses a file whose log of decisions is damaged, before its content is trusted. A file that was closed
   * properly is not checked.
   * @throws AppError `project-invalid`, `project-damaged`
   */
  checkLog(): void {
    if (this.#isTrusted) return;
    const reason = logDamage(this.#database);
    if (reason !== null) throw damagedProject(this.path, reason);
    this.#isTrusted = true;
  }

  /**
   * Refuses to continue if the file was moved, deleted or replaced while it was open: later writes would go
   * into a file that nobody finds again. Its content so far is copied to the backup.
   * @throws AppError `project-moved`
   */
  checkPlace(): void {
    try {
      this.#place.check();
      this.#isPlaceLost = false;
    } catch (error) {
      if (!this.#isPlaceLost) void this.keepBackup().catch(() => {}); // its folder may be gone too
      this.#isPlaceLost = true;
      throw this.explain(error);
    }
  }

  /** Random, and the same for as long as the project lives. */
  get id(): string {
    const known = this.settings.read('project-id', z.string());
    if (known !== null) return known;
    const id = randomUUID();
    this.settings.write('project-id', id);
    return id;
  }

  /** Labels are flagged from this default score on. */
  get flaggedAt(): number {
    return this.settings.read('flagged-at', flaggedAtSchema) ?? FLAGGED_AT;
  }

  set flaggedAt(score: number) {
    this.settings.write('flagged-at', flaggedAtSchema.parse(score));
  }

  /**
   * Copies the project beside it while it is in use, so that damage to the file does not cost its decisions.
   */
  async keepBackup(): Promise<void> {
    try {
      await keepBackup(this.#database, this.path);
    } catch (error) {
      if (this.#database.open) throw this.explain(error); // closed meanwhile: the next one is made then
    }
  }

  /** Explains an error of SQLite or the file system about this file to a person. */
  explain(error: unknown): unknown {
    return explainProjectError(error, this.path);
  }

  /** Begins to stage the predictions of a run that is to replace the current one as a whole. */
  stagePredictions(run: NewRun): StagedPredictions {
    return this.transaction(() =>
      explained(new StagedPredictions(this.#database, this.modelRuns.gather(run)), (error) =>
        this.explain(error),
      ),
    );
  }

  /**
   * Deletes the staged predictions of a run that was not published, by this process or one that was killed.
   */
  discardStaged(): void {
    this.transaction(() => {
      dropStaged(this.#database);
      this.modelRuns.dropGathering();
    });
  }

  /** Runs `work` in one transaction: all of it is on disk afterwards, or none of it. */
  transaction<T>(work: () => T): T {
    this.checkPlace();
    try {
      const result = this.#database.transaction(work).immediate();
      this.checkPlace();
      return result;
    } catch (error) {
      throw this.explain(error);
    }
  }

  /**
   * A transaction that leaves the event loop free between its steps. Nothing else may write meanwhile: it would
   * become part of it.
   */
  async longTransaction<T>(work: () => Promise<T>): Promise<T> {
    this.checkPlace();
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      const result = await work();
      this.#database.exec('COMMIT');
      this.checkPlace();
      return result;
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      throw this.explain(error);
    }
  }

  close(): void {
    try {
      this.features.close();
    } finally {
      this.#close();
    }
  }
}

function explaining<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw explainProjectError(error, path);
  }
}

/** The lock is given back whatever becomes of the file. */
function closeAll(database: Database.Database, lock: WriterLock): void {
  try {
    database.close();
  } catch (error) {
    lock.release({ isClean: false });
    throw error;
  }
  lock.release();
}

/** A project that is gone while its backup is there was lost: an empty one in its place would soon replace the backup. */
function refuseWithoutFile(path: string): void {
  const copied = backupTime(path);
  if (existsSync(path) || copied === null) return;
  throw new AppError(
    'project-damaged',
    `the project file ${path} is missing`,
    `There is a backup of ${copied.toLocaleString()}: open it (--restore on the command line), or move ${backupOf(path)} away to start again.`,
  );
}
