import type { ExportFormatChoice } from '../../domain/exportFormats.ts';
import { type ExportPreview, type ExportRequest, exportRequestSchema } from '../../protocol/api.ts';
import { api } from '../client/api.ts';
import { type ApiFailure, failureOf } from '../client/failure.ts';
import { LatestOnly, OVERTAKEN } from '../client/latestOnly.ts';

const SKELETON_AFTER_MS = 150;

const STORAGE_KEY = 'grefel-relabel.export';

/** What was chosen last in this browser. */
function lastChoice(): ExportRequest {
  try {
    return exportRequestSchema.parse(JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}'));
  } catch {
    // A browser may forbid storage, and anyone may have edited it: the defaults serve.
    return exportRequestSchema.parse({});
  }
}

function keepChoice(request: ExportRequest): void {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(request));
  } catch {
    // Not kept then; the choice still holds for this visit.
  }
}

/** The settings of an export, and its preview. */
export class ExportForm {
  #request = $state.raw<ExportRequest>(lastChoice());
  #formats = $state.raw<ExportFormatChoice[]>([]);
  #preview = $state.raw<ExportPreview | null>(null);
  #failure = $state.raw<ApiFailure | null>(null);
  #slow = $state(false);
  #skeleton: ReturnType<typeof setTimeout> | undefined;
  readonly #previews = new LatestOnly();

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
    keepChoice(this.#request);
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
    if (this.#formats.length === 0) this.#formats = await api.exportFormats();
    // Another dataset may not be had in the format that was chosen for the one before.
    const chosen = this.#formats.find(({ id }) => id === this.#request.format);
    if (chosen?.refusal !== null) this.#request = { ...this.#request, format: 'csv' };
    return api.previewExport(this.#request);
  }
}
