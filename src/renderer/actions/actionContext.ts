import type { ScanAction } from '../client/api.ts';
import type { Screen } from '../client/route.ts';
import type { SavedViews } from '../review/filters/savedViews.svelte.ts';
import type { GuidelineEditor } from '../review/guidelines/guidelines.svelte.ts';
import type { Review } from '../review/review.svelte.ts';
import type { Announcer } from '../shell/announcer.svelte.ts';
import type { DialogName } from '../shell/dialogs.ts';
import type { Preferences } from '../shell/preferences.svelte.ts';
import type { Session } from '../shell/session.svelte.ts';

/** What actions need of the page. */
export interface ActionContext {
  readonly session: Session;
  readonly review: Review;
  readonly guidelines: GuidelineEditor;
  readonly preferences: Preferences;
  readonly views: SavedViews;
  readonly announcer: Announcer;
  readonly screen: Screen;
  /** Whether the review is on the screen. */
  readonly reviewing: boolean;
  readonly panelsHidden: boolean;
  /** A job is under way or paused, or about to be. */
  readonly isBusy: boolean;
  readonly possibleScanActions: readonly ScanAction[];
  /** Starts or continues a scan. */
  scan(): Promise<void>;
  go(screen: Screen): void;
  startTour(): void;
  showDialog(name: DialogName): void;
  focusFilter(): void;
  togglePanels(): void;
  toggleGuidelines(): void;
}
