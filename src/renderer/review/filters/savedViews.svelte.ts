import type { SavedView } from '../../../protocol/api.ts';
import { api } from '../../client/api.ts';
import { holdDataset } from '../../client/ask.ts';

/** The queues that have a name in this project. Each change rejects with an ApiFailure where it is not kept. */
export class SavedViews {
  #views = $state.raw<readonly SavedView[]>([]);
  #loading: Promise<void> | null = null;

  get all(): readonly SavedView[] {
    return this.#views;
  }

  /** Another dataset was opened. */
  forgetAll(): void {
    this.#views = [];
    this.#loading = null;
  }

  async load(): Promise<void> {
    const loading = api.views().then(({ views }) => {
      if (this.#loading === loading) this.#views = views;
    });
    this.#loading = loading;
    await loading.catch(() => undefined);
  }

  /** A view of the same name is replaced. */
  async save(view: SavedView): Promise<void> {
    await this.#change((views) => [...views.filter(({ name }) => name !== view.name), view]);
  }

  async remove(name: string): Promise<void> {
    await this.#change((views) => views.filter((view) => view.name !== name));
  }

  /** All of them are saved at once: those that have not come would be lost. */
  async #loaded(): Promise<void> {
    const loading = this.#loading;
    if (loading === null) return this.load();
    await loading.catch(() => this.load());
  }

  async #change(change: (views: readonly SavedView[]) => SavedView[]): Promise<void> {
    const checkDataset = holdDataset();
    await this.#loaded();
    checkDataset();
    this.#views = (await api.saveViews(change(this.#views))).views;
  }
}
