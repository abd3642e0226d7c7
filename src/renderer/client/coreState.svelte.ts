import type { AppState, JobProgress, ProjectChange, StateAnswer } from '../../protocol/api.ts';
import type { MapState } from '../../protocol/map.ts';
import type { Revision } from '../../protocol/revision.ts';
import { type CoreOrder, Newest } from './newest.svelte.ts';

type StateNews = 'none' | 'some' | 'other images' | 'another dataset';

/**
 * The core's state as the page knows it, combined from complete answers and from answers and events about a
 * part. It depends on what has arrived, and never on the order of arrival.
 */
export class CoreState {
  readonly #whole: Newest<AppState>;
  readonly #job: Newest<JobProgress | null>;
  readonly #map: Newest<MapState>;
  readonly #change: Newest<ProjectChange>;

  /** Null before the first complete state. */
  readonly state = $derived.by((): AppState | null => {
    const { value: whole, revision } = this.#whole;
    if (whole === null || revision === null) return null;
    const { project } = whole;
    return {
      ...whole,
      job: this.#job.after(revision, whole.job),
      project: project && { ...project, ...this.#change.after(revision, null) },
    };
  });

  constructor(cores?: CoreOrder) {
    this.#whole = new Newest(cores);
    this.#job = new Newest(cores);
    this.#map = new Newest(cores);
    this.#change = new Newest(cores);
  }

  /** Progress of the map; null before the first report, and when another dataset is open. */
  get map(): MapState | null {
    const { revision } = this.#whole;
    return revision !== null && this.#map.isOfOpening(revision) ? this.#map.value : null;
  }

  /** Whether a statement is about the dataset that is open as far as the page knows. */
  isOfOpening(revision: Revision): boolean {
    return this.#whole.isOfOpening(revision);
  }

  /**
   * @returns what is new in it: nothing if it is older than what is known, perhaps other images under review
   */
  take({ revision, ...state }: StateAnswer): StateNews {
    const { value: before, revision: revisionBefore } = this.#whole;
    if (!this.#whole.take(state, revision)) return 'none';
    if (datasetOf(before) !== datasetOf(state)) return 'another dataset';
    const reopened = revisionBefore?.core === revision.core && revisionBefore.opening !== revision.opening;
    return reopened || imagesOf(before) !== imagesOf(state) ? 'other images' : 'some';
  }

  takeJob(job: JobProgress | null, revision: Revision): void {
    this.#job.take(job, revision);
  }

  takeMap(map: MapState, revision: Revision): void {
    this.#map.take(map, revision);
  }

  takeChange(change: ProjectChange, revision: Revision): void {
    this.#change.take(change, revision);
  }
}

/** Stays the same as long as the numbers of images and classes mean the same. */
function datasetOf(state: AppState | null): string {
  const { id, projectFile, folder, classes } = state?.project ?? {};
  return JSON.stringify([id, projectFile, folder, classes?.map(({ name }) => name)]);
}

/** Stays the same as long as a project has the same images. */
function imagesOf(state: AppState | null): string {
  const { projectFile, pictureVersion, counts } = state?.project ?? {};
  return JSON.stringify([projectFile, pictureVersion, counts?.images]);
}
