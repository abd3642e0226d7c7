import { app, type BrowserWindow, dialog } from 'electron';

/** A verdict on its way is mostly saved within a blink; a person is asked about one that takes longer than this. */
const PATIENCE_MS = 2000;
const TRY_AGAIN_AFTER_MS = 100;

/** The page keeps its window open while a decision is not saved: closes it as soon as it is, or asks. */
export function closeOnceSaved(window: BrowserWindow): void {
  let quits = false;
  /** When it was first asked for, in milliseconds of Date; null while nobody closes it. */
  let askedAt: number | null = null;
  const onQuit = () => {
    quits = true;
  };
  app.on('before-quit', onQuit);
  window.once('closed', () => app.off('before-quit', onQuit));
  window.on('close', () => {
    askedAt ??= Date.now();
  });
  window.webContents.on('will-prevent-unload', (event) => {
    if (askedAt !== null && Date.now() - askedAt < PATIENCE_MS) {
      setTimeout(closeAgain, TRY_AGAIN_AFTER_MS);
      return;
    }
    if (closesAnyway(window)) event.preventDefault();
    askedAt = null;
    quits = false;
  });

  /** If the end of the app closed the window, that was delayed too. */
  function closeAgain(): void {
    if (window.isDestroyed()) return;
    if (quits) app.quit();
    else window.close();
  }
}

function closesAnyway(window: BrowserWindow): boolean {
  const answer = dialog.showMessageBoxSync(window, {
    type: 'warning',
    message: 'Some decisions are not saved yet',
    detail: 'They are lost if you close the window now.',
    buttons: ['Keep it open', 'Close anyway'],
    defaultId: 0,
    cancelId: 0,
  });
  return answer === 1;
}
