import type { SavedView } from '../../shared/api.ts';
import { api } from '../api.ts';

/** The queues that have a name in this project. Each change rejects with an ApiFailure where it is not kept. */
export class SavedViews {
  #views = $state.raw<readonly SavedView[]>([]);

  get all(): readonly SavedView[] {
    return this.#views;
  }

  async load(): Promise<void> {
    const { views } = await api.views().catch(() => ({ views: [] }));
    this.#views = views;
  }

  /** A view of the same name is replaced. */
  save(view: SavedView): Promise<void> {
    return this.#put([...this.#views.filter(({ name }) => name !== view.name), view]);
  }

  remove(name: string): Promise<void> {
    return this.#put(this.#views.filter((view) => view.name !== name));
  }

  async #put(views: readonly SavedView[]): Promise<void> {
    this.#views = (await api.saveViews(views)).views;
  }
}
