import type { ExportFormatChoice } from '../../domain/exportFormats.ts';
import type { ExportPreview, ExportRequest } from '../../protocol/api.ts';
import { type ApiFailure, api, failureOf } from '../client/api.ts';
import { OVERTAKEN, Turns } from '../client/turns.ts';

const SKELETON_AFTER_MS = 150;

/** The settings of an export, and its preview. */
export class ExportForm {
  #request = $state.raw<ExportRequest>({
    what: 'all',
    unreviewed: 'keep',
    above: 0.5,
    format: 'csv',
    excluded: 'leave-out',
  });
  #formats = $state.raw<ExportFormatChoice[]>([]);
  #preview = $state.raw<ExportPreview | null>(null);
  #failure = $state.raw<ApiFailure | null>(null);
  #slow = $state(false);
  #skeleton: ReturnType<typeof setTimeout> | undefined;
  readonly #previews = new Turns();

  get request(): ExportRequest {
    return this.#request;
  }

  /** The formats available for this dataset. */
  get formats(): ExportFormatChoice[] {
    return this.#formats;
  }

  /** Of the request before, until the answer to a changed one has come. */
  get preview(): ExportPreview | null {
    return this.#preview;
  }

  get failure(): ApiFailure | null {
    return this.#failure;
  }

  /** The answer takes long enough to show that it is awaited. */
  get slow(): boolean {
    return this.#slow;
  }

  async change(change: Partial<ExportRequest>): Promise<void> {
    this.#request = { ...this.#request, ...change };
    await this.load();
  }

  async load(): Promise<void> {
    clearTimeout(this.#skeleton);
    this.#skeleton = setTimeout(() => {
      this.#slow = true;
    }, SKELETON_AFTER_MS);
    try {
      const preview = await this.#previews.ask(() => this.#fetchPreview());
      if (preview === OVERTAKEN) return;
      this.#preview = preview;
      this.#failure = null;
    } catch (error) {
      this.#failure = failureOf(error);
    }
    clearTimeout(this.#skeleton);
    this.#slow = false;
  }

  async #fetchPreview(): Promise<ExportPreview> {
    const request = this.#request;
    if (this.#formats.length === 0) this.#formats = await api.exportFormats();
    return api.previewExport(request);
  }
}
