import type { Place } from '../../protocol/api.ts';
import type { QueuePlace, QueueRequest, QueueSnapshot } from '../../protocol/queue.ts';
import type { Show } from '../../protocol/shows.ts';
import type { ProjectFile } from '../project/index.ts';
import type { Clusters } from '../reviewIndex/index.ts';
import type { CurrentModel } from './currentModel.ts';
import { ImageClusters } from './imageClusters.ts';
import { QueueSnapshots } from './queueSnapshots.ts';
import type { ReviewColumns } from './reviewColumns.ts';

/** Queues of images to review one after the other, in an order of their own. */
const TASKS: readonly Show[] = ['round', 'share', 'disagreements', 'audit', 'selection'];

/** What queues are made from. */
interface QueueSource {
  project: ProjectFile;
  columns: ReviewColumns;
  model: CurrentModel;
  classCount: number;
  /** Where the annotator was last. */
  place: () => Place | null;
  /** Whether the annotator may not see what the model suggests. */
  hidesSuggestion: () => boolean;
}

/** The queues of an opened dataset, over its columns in memory. */
export class ReviewQueues {
  readonly snapshots: QueueSnapshots;
  readonly #source: QueueSource;
  readonly #clusters: ImageClusters;

  constructor(source: QueueSource) {
    this.#source = source;
    this.snapshots = new QueueSnapshots(source);
    this.#clusters = new ImageClusters(source.project);
  }

  /**
   * Resolves when the columns have what a request needs: confidences and anchors of very many images come after the
   * first image is shown.
   * @returns the clusters of a grouping beyond labels; null for one by labels
   */
  async readyFor({ filter, group }: QueueRequest): Promise<Clusters | null> {
    const { columns, model, hidesSuggestion } = this.#source;
    const { minConfidence = 0, maxConfidence = 1 } = filter ?? {};
    if (minConfidence > 0 || maxConfidence < 1) await columns.confidencesRead;
    // The name of an anchor reveals the model's prediction.
    if (group === 'anchor' && hidesSuggestion()) return null;
    if (group === 'anchor') await columns.anchorsRead;
    return this.#clusters.of(group ?? 'none', columns.index, model.context);
  }

  /**
   * @param clusters what `readyFor` found for this request
   * @param continues an earlier queue; everything before its place stays the same
   * @param startWith the image to start at, null for the first without a decision; by default where the annotator was last
   */
  take(
    request: QueueRequest,
    clusters: Clusters | null = null,
    continues?: QueuePlace,
    startWith: number | null = this.#placeIn(request),
  ): QueueSnapshot {
    return this.snapshots.take(request, {
      placeSampleId: startWith,
      clusters,
      continues,
    });
  }

  /** Where to begin a queue; a task that was not the last one at its first open image. */
  #placeIn({ filter }: QueueRequest): number | null {
    const place = this.#source.place();
    const show = filter?.show;
    const isTask = show !== undefined && TASKS.includes(show);
    return place === null || (isTask && place.request.filter?.show !== show) ? null : place.sampleId;
  }
}
