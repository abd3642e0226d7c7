import { SvelteMap } from 'svelte/reactivity';
import type { SampleDetail } from '../../../protocol/api.ts';
import type { Revised } from '../../../protocol/revision.ts';
import { api } from '../../client/api.ts';
import { imageAddress } from '../../client/pictureAddresses.svelte.ts';
import type { Decision } from '../decisions/verdicts.svelte.ts';

/** A picture that has been fetched and decoded, or could not be. */
export type Picture =
  | { state: 'ready'; width: number; height: number }
  /** `problem` gives the reason; '' if it is unknown. */
  | { state: 'failed'; problem: string };

const DETAILS_KEPT = 120;
const PICTURES_KEPT = 24;

/** Details and decoded pictures of single images, kept for the ones around the current image. */
export class Samples {
  #details = new SvelteMap<number, Revised<SampleDetail>>();
  #pictures = new SvelteMap<number, Picture>();
  /** Holding the element keeps the browser's decoded copy alive. */
  #elements = new Map<number, HTMLImageElement>();
  /** Images whose history is shown too: who reviewed them, and when. */
  #outdated = new Set<number>();
  #detailRequests = new Map<number, Promise<Revised<SampleDetail> | null>>();
  #pictureRequests = new Map<number, { element: HTMLImageElement; picture: Promise<Picture | null> }>();

  detail(id: number): Revised<SampleDetail> | undefined {
    return this.#details.get(id);
  }

  picture(id: number): Picture | undefined {
    return this.#pictures.get(id);
  }

  /** Details of an image, or null where they cannot be had now; asks once, however often it is called. */
  loadDetail(id: number): Promise<Revised<SampleDetail> | null> {
    const known = this.#outdated.has(id) ? undefined : this.#details.get(id);
    if (known) return Promise.resolve(known);
    return this.#detailRequests.get(id) ?? this.refresh(id);
  }

  /** An image that is not on the screen has got another history: it is asked for once the image is shown again. */
  outdate(id: number): void {
    this.#outdated.add(id);
  }

  /** Loads an image's details again, as after a decision. */
  refresh(id: number): Promise<Revised<SampleDetail> | null> {
    const request: Promise<Revised<SampleDetail> | null> = this.#fetchDetail(id, () => {
      const newest = this.#detailRequests.get(id) === request;
      if (newest) this.#detailRequests.delete(id);
      return newest;
    });
    this.#detailRequests.set(id, request);
    this.#outdated.delete(id);
    return request;
  }

  /** Fetches and decodes a picture, so that showing it takes no time; null where it was no longer wanted. */
  loadPicture(id: number, priority: 'high' | 'low' = 'high'): Promise<Picture | null> {
    const known = this.#pictures.get(id);
    if (known) return Promise.resolve(known);
    const running = this.#pictureRequests.get(id);
    if (running) {
      if (priority === 'high') running.element.fetchPriority = 'high';
      return running.picture;
    }
    const element = new Image();
    element.fetchPriority = priority;
    element.src = imageAddress(id);
    const picture = this.#decode(id, element).finally(() => {
      if (this.#pictureRequests.get(id)?.element === element) this.#pictureRequests.delete(id);
    });
    this.#pictureRequests.set(id, { element, picture });
    return picture;
  }

  /** Gives up the pictures on their way that a held arrow key has passed: they would delay the one to be seen. */
  cancelPicturesExcept(wanted: ReadonlySet<number>): void {
    for (const [id, { element }] of [...this.#pictureRequests]) {
      if (wanted.has(id)) continue;
      this.#pictureRequests.delete(id);
      element.src = '';
    }
  }

  /** Shows a changed verdict at once; its history follows with `refresh`. */
  patch(id: number, decision: Decision): void {
    const detail = this.#details.get(id);
    if (detail) this.#details.set(id, { ...detail, status: decision.status, label: decision.label });
  }

  prefetch(ids: number[]): void {
    for (const id of ids) {
      void this.loadPicture(id, 'low');
      if (!this.#details.has(id)) void this.loadDetail(id);
    }
  }

  /** The model may have predicted them since, or another project was opened. */
  forgetAll(): void {
    this.#details.clear();
    this.#detailRequests.clear();
    this.#outdated.clear();
    this.cancelPicturesExcept(new Set());
    this.#pictures.clear();
    this.#elements.clear();
  }

  /** The core that could not send them may be back. */
  forgetFailedPictures(): void {
    for (const [id, { state }] of [...this.#pictures]) if (state === 'failed') this.#pictures.delete(id);
  }

  forgetDetails(keepId: number | null): void {
    this.forgetDetailsExcept(keepId);
    if (keepId !== null) void this.refresh(keepId);
  }

  /** The image on the screen keeps its details: they change once it is come back to. */
  forgetDetailsExcept(keepId: number | null): void {
    for (const id of [...this.#details.keys()]) if (id !== keepId) this.#details.delete(id);
  }

  /** An answer that a newer request has overtaken is not kept. */
  async #fetchDetail(id: number, finish: () => boolean): Promise<Revised<SampleDetail> | null> {
    try {
      const detail = await api.sample(id);
      if (finish()) {
        this.#details.set(id, detail);
        dropOldest(this.#details, DETAILS_KEPT);
      }
      return detail;
    } catch {
      // The side panel keeps its content, or its skeleton; the connection's own message gives the reason.
      finish();
      return null;
    }
  }

  async #decode(id: number, element: HTMLImageElement): Promise<Picture | null> {
    let picture: Picture;
    try {
      await element.decode();
      picture = { state: 'ready', width: element.naturalWidth, height: element.naturalHeight };
      if (this.#pictureRequests.get(id)?.element !== element) return null;
      this.#elements.set(id, element);
      dropOldest(this.#elements, PICTURES_KEPT);
    } catch {
      if (this.#pictureRequests.get(id)?.element !== element) return null;
      picture = { state: 'failed', problem: await api.pictureProblem(id) };
      if (this.#pictureRequests.get(id)?.element !== element) return null;
    }
    this.#pictures.set(id, picture);
    dropOldest(this.#pictures, PICTURES_KEPT);
    return picture;
  }
}

function dropOldest<Value>(map: Map<number, Value>, kept: number): void {
  for (const id of map.keys()) {
    if (map.size <= kept) return;
    map.delete(id);
  }
}
