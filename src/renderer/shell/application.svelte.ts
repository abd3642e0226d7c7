import { createContext, tick } from 'svelte';
import type { ScanChoice } from '../../domain/model.ts';
import { namesProject } from '../../domain/projectEnding.ts';
import type { Action, ActionDescription } from '../actions/action.ts';
import { createActions } from '../actions/actions.ts';
import { keysOf } from '../actions/keymap.ts';
import type { ScanAction } from '../client/api.ts';
import { desktop } from '../client/desktop.ts';
import { defaultRequest, isFiltered, routeFromHash, type Screen, sameRequest } from '../client/route.ts';
import { ImageMap } from '../map/map.svelte.ts';
import { Opening } from '../open/opening.svelte.ts';
import { SavedViews } from '../review/filters/savedViews.svelte.ts';
import { GuidelineEditor } from '../review/guidelines/guidelines.svelte.ts';
import { Review } from '../review/review.svelte.ts';
import { describeJobEnd } from '../ui/wording.ts';
import { Announcer } from './announcer.svelte.ts';
import { DesktopLink } from './desktopLink.svelte.ts';
import type { DialogName } from './dialogs.ts';
import { Preferences } from './preferences.svelte.ts';
import { Session } from './session.svelte.ts';
import { Tour } from './tour.svelte.ts';
import { VerdictGate } from './verdictGate.svelte.ts';

/** Dialogs about the dataset that is open. */
const PROJECT_DIALOGS: readonly DialogName[] = ['annotator', 'predictions', 'model', 'scan'];

/** The page as a whole: its parts, the current screen, the open dialog, and the actions. */
export class Application {
  readonly announcer = new Announcer();
  readonly preferences = new Preferences();
  readonly tour = new Tour();
  readonly views = new SavedViews();
  readonly guidelines = new GuidelineEditor();
  readonly session: Session;
  readonly gate: VerdictGate;
  readonly review: Review;
  readonly map: ImageMap;
  readonly desktopLink = new DesktopLink(this);
  readonly opening: Opening;
  #screen = $state<Screen>(routeFromHash(location.hash).screen);
  #dialog = $state<DialogName | null>(null);
  #panelsHidden = $state(false);
  /** Of the dataset that is shown. */
  #scanStarts = $state(false);
  #imageMenu = $state.raw<{ x: number; y: number } | null>(null);

  readonly actions: readonly Action[] = $derived.by(() => createActions(this));

  readonly possibleScanActions: readonly ScanAction[] = $derived.by(() => {
    const { job, project } = this.session;
    if (this.#scanStarts) return [];
    const reads = job?.kind === 'scan' || job?.kind === 'faces';
    if (reads && job.state === 'running') return ['pause', 'cancel'];
    if (reads && job.state === 'paused') return ['resume', 'cancel'];
    if (job?.kind === 'predictions' && job.state === 'running') return ['cancel'];
    if (job?.state === 'running') return [];
    const isDue = project && (project.counts.pending > 0 || this.session.learningFailure !== null);
    return isDue ? ['start'] : [];
  });

  constructor() {
    this.session = new Session({
      onDataset: () => this.#leaveDataset(),
      onProject: () => this.#openQueue(),
      onVerdicts: (changes, revision) => this.review.news.onVerdicts(changes, revision),
      onCounts: (counts) => this.review.news.onCounts(counts),
      onFitted: () => this.review.news.reload(),
      onJobEnded: (job) => this.announcer.say(describeJobEnd(job)),
      onReconnect: () => void this.review.news.onReconnect(),
    });
    this.gate = new VerdictGate(this.session);
    this.map = new ImageMap(this.session, this.gate);
    this.review = new Review(this.session, this.announcer, this.gate);
    this.opening = new Opening(this.session);
  }

  /** Whether the page is ready and its keys are known. */
  get loaded(): boolean {
    return this.session.loaded && this.preferences.loaded;
  }

  /** The screen that can be shown: without a project there is only one. */
  get screen(): Screen {
    return this.session.loaded && !this.session.project ? 'open' : this.#screen;
  }

  /** Whether the review is on the screen: no key may decide on an image that is not. */
  get reviewing(): boolean {
    return this.loaded && this.screen === 'review' && this.session.project !== null;
  }

  get dialog(): DialogName | null {
    return this.#dialog;
  }

  /** A scan has been asked for and is being prepared: there are no images scanned to report yet. */
  get scanStarts(): boolean {
    return this.#scanStarts;
  }

  /** A scan is under way, or has been asked for and is about to be: nobody need ask for it. */
  get scanning(): boolean {
    return this.#scanStarts || this.session.isScanning;
  }

  /** A job is under way or paused, or about to be: no other one can begin. */
  get isBusy(): boolean {
    const state = this.session.job?.state;
    return this.#scanStarts || state === 'running' || state === 'paused';
  }

  get panelsHidden(): boolean {
    return this.#panelsHidden;
  }

  start(): void {
    this.session.listen();
    void this.session.load().then(() => this.#checkOffered());
    this.desktopLink.start();
    void this.preferences.load();
    addEventListener('hashchange', () => this.#followAddress());
    addEventListener('pagehide', () => {
      this.review.leave();
      this.guidelines.leave();
      this.preferences.keepNow();
    });
    addEventListener('beforeunload', (event) => {
      if (this.review.verdicts.unsaved > 0) event.preventDefault();
    });
  }

  action(id: string): Action | null {
    return this.actions.find((action) => action.id === id) ?? null;
  }

  /** The keys of an action as they are now. */
  keysOf(action: Pick<Action, 'id' | 'keys'>): readonly string[] {
    return keysOf(action, this.preferences.keys);
  }

  /** Runs an action by its id, as the desktop's menu bar does; false where it cannot be run now. */
  runAction(id: string): boolean {
    const action = this.action(id);
    if (!action?.enabled) return false;
    action.run();
    return true;
  }

  /** Every action as plain data, for a menu outside of the page. */
  describeActions(): ActionDescription[] {
    return this.actions.map((action) => {
      const { id, label, group, enabled } = action;
      return { id, label, group, keys: [...this.keysOf(action)], enabled };
    });
  }

  go(screen: Screen): void {
    this.review.keepPlaceNow();
    location.hash = screen === 'review' ? this.review.hash : `#/${screen}`;
  }

  /** Explains the review, one part after the other. */
  startTour(): void {
    this.closeDialog();
    if (this.screen !== 'review') this.go('review');
    this.tour.start();
  }

  showDialog(dialog: DialogName): void {
    this.#dialog = dialog;
  }

  closeDialog(): void {
    this.#dialog = null;
  }

  /** Where the menu of an image is open, in CSS pixels of the window. */
  get imageMenu(): { x: number; y: number } | null {
    return this.#imageMenu;
  }

  openImageMenu(x: number, y: number): void {
    this.#imageMenu = { x, y };
  }

  closeImageMenu(): void {
    this.#imageMenu = null;
  }

  /** The class guidelines next to the image, replacing its evidence. */
  toggleGuidelines(): void {
    if (!this.guidelines.open) this.#panelsHidden = false;
    this.guidelines.toggle();
  }

  focusFilter(): void {
    this.#panelsHidden = false;
    void tick().then(() => document.getElementById('filter-name')?.focus());
  }

  togglePanels(): void {
    this.#panelsHidden = !this.#panelsHidden;
  }

  /**
   * Inspects a folder and asks, unless it was opened before or a project file of it is named.
   * @param movedFrom where the dataset was before, if the user has said so
   */
  async openProject(folder: string, movedFrom?: string): Promise<void> {
    if (await desktop?.showWindowOf(folder)) return;
    if (!this.session.loaded) await this.session.load();
    await Promise.all([this.review.verdicts.settled(), this.guidelines.saveDrafts()]);
    if (folder === this.session.state?.sample) return this.openSample();
    if (this.screen !== 'open') this.go('open');
    const isOpen = namesProject(folder)
      ? await this.opening.openAtOnce(folder)
      : (await this.opening.choose(folder, movedFrom)) === 'opened';
    if (isOpen) this.go('review');
  }

  /** Opens the folder that the program was started with; a new one is shown before it is imported. */
  async #checkOffered(): Promise<void> {
    const { state } = this.session;
    if (state?.project === null && state.offered !== null) await this.openProject(state.offered);
  }

  /** Imports the inspected folder, and scans its images. */
  async confirmFolder(): Promise<void> {
    const { scanChoice } = this.opening;
    this.#scanStarts = true; // the queue that opens is then the one that the scan fills
    if (await this.opening.confirm()) await this.#beginReview(scanChoice);
    this.#scanStarts = false;
  }

  async relinkFolder(): Promise<void> {
    if (await this.opening.relink()) this.go('review');
  }

  async openBackup(): Promise<void> {
    if (await this.opening.openBackup()) this.go('review');
  }

  async openSample(): Promise<void> {
    const folder = this.session.state?.sample;
    this.#scanStarts = true;
    if (folder && (await this.opening.openAtOnce(folder))) await this.#beginReview();
    this.#scanStarts = false;
  }

  /**
   * The queue that is the annotator's to review: their round, their assignment, or what is flagged. Where that is hidden, and before a
   * scan, it is all images.
   */
  async openOwnQueue(): Promise<void> {
    const { project } = this.session;
    if (!project) return;
    this.review.forgetAll(); // what is hidden now may have been seen before
    const show = project.round
      ? 'round'
      : project.hasShare
        ? 'share'
        : project.hidden.suggestion || this.#isUnscanned
          ? 'all'
          : 'flagged';
    await this.review.openings.restart({ ...defaultRequest, filter: { ...defaultRequest.filter, show } });
  }

  /**
   * Starts a scan with the user's settings; images that have such predictions already are not predicted
   * again.
   */
  async scan(scanChoice?: ScanChoice): Promise<void> {
    const isFirst = this.#isUnscanned && this.review.request.filter.show === 'all';
    this.#scanStarts = true;
    if (isFirst && !isFiltered(this.review.request)) await this.openOwnQueue();
    await this.session.scan('start', scanChoice);
    this.#scanStarts = false;
  }

  get #isUnscanned(): boolean {
    return !this.scanning && this.session.project?.counts.scanned === 0;
  }

  async #beginReview(scanChoice: ScanChoice = {}): Promise<void> {
    this.go('review');
    const isPending = (this.session.project?.counts.pending ?? 0) > 0;
    if (isPending || Object.keys(scanChoice).length > 0) await this.scan(scanChoice);
  }

  /** After the core could not be reached, or (in the desktop app) was given up. */
  async tryAgain(): Promise<void> {
    await desktop?.restartCore();
    await this.session.load();
  }

  /** Another dataset is on the screen: work on the previous one is neither shown nor continued. */
  #leaveDataset(): void {
    this.gate.forget();
    this.closeImageMenu();
    if (this.#dialog !== null && PROJECT_DIALOGS.includes(this.#dialog)) this.closeDialog();
    this.views.forgetAll();
    this.guidelines.forget();
    this.review.forgetDataset();
  }

  #openQueue(): void {
    this.review.forgetAll();
    this.map.forget();
    void this.views.load();
    void this.guidelines.begin(this.session.project);
    const route = routeFromHash(this.review.address());
    const place = this.session.project?.place;
    if (!this.session.project) return;
    if (!route.explicit && !place) void this.openOwnQueue();
    else if (route.explicit || !place) void this.review.reopen(route.request, route.sampleId, route.view);
    else void this.review.reopen(place.request, place.sampleId, place.view);
  }

  #followAddress(): void {
    const route = routeFromHash(this.review.arrive());
    this.#screen = route.screen;
    if (route.screen !== 'review' || !route.explicit) return;
    const { request, sampleId, view } = route;
    const { review } = this;
    if (!sameRequest(request, review.request) || (review.openings.leaving && sampleId !== null)) {
      void review.openings.open(request, sampleId, view);
    } else if (view !== review.view) {
      void review.setView(view);
    } else if (sampleId !== null && sampleId !== review.target?.id) {
      void review.showSample(sampleId);
    }
  }
}

export const [getApplication, setApplication] = createContext<Application>();
