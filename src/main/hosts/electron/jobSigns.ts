import { type BrowserWindow, Notification } from 'electron';
import type { JobSigns } from '../../../protocol/desktop.ts';

/** Shows a job in the task bar or the dock, and notifies when it ends and nobody is looking. */
export function showJob(window: BrowserWindow, { progress, ended }: JobSigns): void {
  if (window.isDestroyed()) return;
  window.setProgressBar(progress ?? -1); // -1 removes it
  if (ended === null || window.isFocused()) return;
  window.flashFrame(true);
  window.once('focus', () => window.flashFrame(false));
  if (!Notification.isSupported()) return;
  const notification = new Notification({ title: 'GReFEL Relabel', body: ended });
  notification.on('click', () => {
    if (window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  notification.show();
}
