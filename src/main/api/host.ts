import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { resolve } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import type { ScanChoice, ScanOffer } from '../../domain/model.ts';
import type {
  AppState,
  JobProgress,
  ServerEvent,
  ServerEventName,
  ServerEvents,
  StateAnswer,
} from '../../protocol/api.ts';
import type { PredictionReport } from '../../protocol/predictions.ts';
import type { Revised, Revision } from '../../protocol/revision.ts';
import { Pictures } from '../decoding/index.ts';
import { datasetName } from '../installation.ts';
import type { ImportProgress, OpenOptions } from '../open/index.ts';
import { datasetAt, datasetFolder, isWithin, recentFolders, recordFault } from '../opened/index.ts';
import type { ImportChoices } from '../predictions/index.ts';
import { makingWay } from '../processes/index.ts';
import { describePlan, planScan, type ScanSetup } from '../scan/index.ts';
import { Workspace } from '../workspace/index.ts';
import { FolderInspections } from './folderInspections.ts';
import { projectChange, projectSummary } from './projectSummary.ts';

interface HostOptions {
  version: string;
  annotator: string;
  scan: ScanSetup;
  /** The dataset to try the program on, where one comes with the installation. */
  sampleFolder?: string | null | undefined;
  /** A folder that the page shows for confirmation, until a dataset is open. */
  offeredFolder?: string | null | undefined;
  /** The page opens the dataset that was opened last, or the sample before the first. */
  offersLast?: boolean | undefined;
  /** Where a page may have several files written; without it, where a person has chosen in a dialog only. */
  exportFolder?: string | undefined;
}

/** With more changes at once, a page only learns that there are many, and asks for what it shows. */
const MOST_CHANGES_SENT = 200;

/** Listing a folder with this many images would keep a person waiting: it is done on request. */
const TRUSTED_LIST = 100_000;

type HostEvents = { [Name in ServerEventName]: [data: ServerEvents[Name], revision: Revision] } & {
  /** Each of them, by its name. */
  any: [name: ServerEventName, event: ServerEvent<ServerEventName>];
};

interface HostOpenOptions extends OpenOptions {
  /** The running job of the open dataset may be stopped. */
  stopJob?: boolean | undefined;
}

/** The dataset that this process has open, if any, and the events for the pages that show it. */
export class Host extends EventEmitter<HostEvents> {
  readonly inspections: FolderInspections;
  readonly pictures: Pictures;
  readonly #options: HostOptions;
  readonly #permitted = new Set<string>();
  #workspace: Workspace | null = null;
  #isOpening = false;
  /** The project file by which the dataset was opened, if not by its folder. */
  #named: string | null = null;
  #import: JobProgress | null = null;
  /** The pages' choices for the open dataset. */
  #scanChoice: ScanChoice = {};
  readonly #core = randomUUID();
  /** Names this opening of a dataset; see Revision. */
  #opening: string | null = null;
  #number = 0;

  constructor(options: HostOptions) {
    super();
    this.setMaxListeners(0); // one an open page
    this.#options = options;
    this.pictures = new Pictures({ startProcess: options.scan.startProcess });
    this.inspections = new FolderInspections(options.scan, this.pictures);
  }

  /** The folder for exports that was named when the program started. */
  get exportFolder(): string | null {
    return this.#options.exportFolder ?? null;
  }

  /** A person has chosen this folder for exports, in a dialog that no page can answer. */
  permitOutput(folder: string): void {
    this.#permitted.add(folder);
  }

  /**
   * The place of an export of several files. @param folder absolute, or below the folder for exports
   * @throws AppError `output-refused` where nobody has chosen that place
   */
  outputFolder(folder: string): string {
    const { exportFolder } = this;
    const target = exportFolder === null ? resolve(folder) : resolve(exportFolder, folder);
    const permitted = exportFolder === null ? [...this.#permitted] : [exportFolder, ...this.#permitted];
    if (permitted.some((chosen) => isWithin(target, chosen))) return target;
    throw new AppError(
      'output-refused',
      `${target} was not chosen for exports`,
      exportFolder === null
        ? 'Choose the folder in the dialog, start `grefel serve` with --export-folder FOLDER, or use `grefel export`.'
        : `Choose a folder in ${exportFolder}.`,
    );
  }

  /** @throws AppError `not-found` while no folder is open */
  get workspace(): Workspace {
    if (this.#workspace === null)
      throw new AppError('not-found', 'no dataset is open', 'Open a folder first.');
    return this.#workspace;
  }

  /**
   * The dataset of an opening, while it is open.
   * @throws AppError `dataset-changed` if another was opened since, `not-found` if none is open
   */
  workspaceOf(opening: string): Workspace {
    const { workspace } = this;
    if (opening === this.#opening) return workspace;
    throw new AppError(
      'dataset-changed',
      `another dataset is open now: ${datasetName(workspace.folder)}`,
      'Nothing was changed. Open the dataset you meant again.',
    );
  }

  /** Folder of the dataset that is open. */
  get folder(): string | null {
    return this.#workspace?.folder ?? null;
  }

  /** What opens the same again: the folder, or the project file that was named. */
  get place(): string | null {
    return this.#named ?? this.folder;
  }

  get version(): string {
    return this.#options.version;
  }

  /**
   * The position of the next statement: read the data and take its revision without awaiting anything in
   * between.
   */
  revision(): Revision {
    this.#number++;
    return { core: this.#core, opening: this.#opening, number: this.#number };
  }

  /** The current state, with its position in the order of all statements. */
  revised<Answer extends object>(data: Answer): Revised<Answer> {
    return { ...data, revision: this.revision() };
  }

  state(): StateAnswer {
    return this.revised(this.#readState());
  }

  #readState(): AppState {
    const recent = recentFolders();
    return {
      version: this.#options.version,
      project: this.#workspace === null ? null : projectSummary(this.#workspace),
      job: this.#import ?? this.#workspace?.job ?? null,
      recent,
      sample: this.#options.sampleFolder ?? null,
      offered: this.#workspace === null ? this.#offered(recent) : null,
    };
  }

  #offered(recent: readonly string[]): string | null {
    const { offeredFolder, offersLast, sampleFolder } = this.#options;
    const last = offersLast ? (recent[0] ?? sampleFolder) : null;
    return offeredFolder ?? last ?? null;
  }

  /**
   * Opens a folder, or that of a project file, replacing the open one, which stays open if the new one cannot be opened.
   * @throws AppError `job-running` if that would stop a scan or an import, unless `stopJob` allows it
   */
  async open(named: string, { stopJob, ...options }: HostOpenOptions = {}): Promise<void> {
    if (this.#isOpening)
      throw new AppError('bad-request', 'a folder is being opened', 'Wait until it is open.');
    this.#isOpening = true;
    try {
      const before = this.#workspace;
      const { folder, ...own } = datasetAt(named);
      const path = datasetFolder(folder);
      const isOpen =
        before?.folder === path &&
        (own.projectFile === undefined || own.projectFile === before.opened.project.path);
      const saysMore =
        options.layout !== undefined ||
        options.faces !== undefined ||
        options.classMapping !== undefined ||
        options.numbering !== undefined ||
        options.relist === true ||
        options.restore === true;
      if (before !== null && (!isOpen || saysMore) && !stopJob) refuseWhileBusy(before);
      const openOptions = { ...options, ...own, looked: this.inspections.takeDataset() };
      if (!isOpen) {
        await this.#openWorkspace(path, openOptions);
        this.#named = own.projectFile ?? null;
        await before?.close().catch(recordFault); // the new one is open: a failure to close the old one must not prevent that
      } else if (saysMore) {
        await this.#openAnew(path, openOptions);
      }
      this.#send('state', null);
    } finally {
      this.#isOpening = false;
      this.#import = null;
    }
  }

  /** Opens the same folder with other choices. A project has one writer at a time, so it is closed first. */
  async #openAnew(folder: string, options: OpenOptions): Promise<void> {
    const projectFile = this.workspace.opened.project.path;
    await this.#closeWorkspace();
    try {
      await this.#openWorkspace(folder, { projectFile, ...options });
    } catch (error) {
      await this.#openWorkspace(folder, { projectFile }).catch(recordFault); // the first failure is the one to report
      throw error;
    }
  }

  async #openWorkspace(folder: string, options: OpenOptions): Promise<void> {
    const onImport = (progress: ImportProgress) => this.#reportImport(progress);
    const workspace = await Workspace.open(folder, this.#options.annotator, {
      trustListFrom: TRUSTED_LIST,
      ...options,
      onImport,
    });
    this.#attach(workspace);
    // Where a fit was stopped, or labels have changed since.
    if (workspace.counts().pending === 0) void workspace.fitLabels(this.#background);
  }

  #attach(workspace: Workspace): void {
    this.#workspace = workspace;
    this.#scanChoice = {};
    this.#opening = randomUUID();
    /** The one before may still end a job while it is closed, which is nothing of this one. */
    const send = <Name extends ServerEventName>(name: Name, data: ServerEvents[Name]) => {
      if (this.#workspace === workspace) this.#send(name, data);
    };
    workspace.on('job', (job) => send('job', job));
    workspace.on('verdicts', (changes) =>
      send('verdicts', changes !== null && changes.length <= MOST_CHANGES_SENT ? changes : null),
    );
    workspace.on('change', () => send('change', projectChange(workspace)));
    workspace.on('map', () => send('map', workspace.map.state()));
    workspace.on('state', () => send('state', null));
  }

  #reportImport({ done, total }: ImportProgress): void {
    this.#import = {
      kind: 'import',
      state: 'running',
      done,
      total: Math.max(done, total),
      imagesPerSecond: 0,
      secondsLeft: null,
      error: null,
    };
    this.#send('job', this.#import);
  }

  #send<Name extends ServerEventName>(name: Name, data: ServerEvents[Name]): void {
    const revision = this.revision();
    (this as EventEmitter).emit(name, data, revision); // the type of an emitter cannot follow the name
    this.emit('any', name, { data, revision });
  }

  /** For jobs beside which somebody reviews. */
  get #background(): ScanSetup {
    const { scan } = this.#options;
    return { ...scan, startProcess: makingWay(scan.startProcess) };
  }

  /** How a scan would predict the open dataset. @throws AppError as planScan */
  async offerScan(): Promise<ScanOffer> {
    const { run } = this.workspace;
    return describePlan(await planScan({ ...this.#options.scan, ...this.#scanChoice }, run));
  }

  /**
   * Starts the scan; its end and its failures come as events. Later scans without choices of their own use
   * the same.
   */
  async startScan(choice: ScanChoice = {}): Promise<void> {
    const scanChoice = { ...this.#scanChoice, ...choice };
    const { workspace } = this;
    await workspace.startScan({ ...this.#background, ...scanChoice });
    if (workspace === this.#workspace) this.#scanChoice = scanChoice;
  }

  /** Imports predictions of the user's own model; the fit that follows continues in the background. */
  async importPredictions(file: string, choices: ImportChoices): Promise<PredictionReport> {
    const setup = this.#background;
    const { report } = await this.workspace.importPredictions(
      file,
      { ...choices, modelsFolder: setup.modelsFolder },
      setup,
    );
    return report;
  }

  async close(): Promise<void> {
    await this.#closeWorkspace();
    this.pictures.close();
  }

  async #closeWorkspace(): Promise<void> {
    const closing = this.#workspace;
    this.#workspace = null;
    this.#opening = null;
    await closing?.close();
  }
}

/** No job that someone waits for is stopped silently. A fit starts again when its dataset is next opened. */
function refuseWhileBusy({ folder, runningJob, job }: Workspace): void {
  if (runningJob === null) return;
  const done = job === null || job.total === 0 ? '' : `, ${Math.floor((100 * job.done) / job.total)} % done`;
  throw new AppError(
    'job-running',
    `${runningJob} of ${datasetName(folder)} is running${done}`,
    'Opening another folder stops it. Finished work is kept; open the folder and scan again to continue.',
  );
}
