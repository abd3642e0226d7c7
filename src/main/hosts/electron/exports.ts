import { extname } from 'node:path';
import { type BrowserWindow, dialog, type Session } from 'electron';
import { AppError, errorMessage } from '../../../domain/errors.ts';
import { type ExportRequest, exportRequestSchema } from '../../../protocol/api.ts';
import { PAGE_ORIGIN } from '../../../protocol/desktop.ts';
import type { CoreSupervisor } from './core/supervisor.ts';
import { sendToPage } from './sendToPage.ts';

/** The cleaned labels of a dataset, by the opening that the page showed. */
const EXPORT_ADDRESS = new RegExp(`^${PAGE_ORIGIN}/api/datasets/([^/?#]+)/export/file\\?`);
/** The report of all changes, and plots that the page draws itself: Electron's own dialog saves them. */
const PLAIN_DOWNLOADS = [
  new RegExp(`^${PAGE_ORIGIN}/api/datasets/[^/?#]+/report\\.html\\?`),
  new RegExp(`^blob:${PAGE_ORIGIN}/`),
];

/**
 * The page's link to the cleaned labels, the same as in a browser, becomes a native dialog here; the core writes
 * the file, whole or not at all. Nothing but this and PLAIN_DOWNLOADS is ever downloaded.
 */
export function saveExports(
  session: Session,
  core: CoreSupervisor,
  window: () => BrowserWindow | null,
): void {
  session.on('will-download', (event, item) => {
    if (PLAIN_DOWNLOADS.some((address) => address.test(item.getURL()))) {
      item.setSaveDialogOptions({ defaultPath: item.getFilename() });
      return;
    }
    event.preventDefault();
    const opening = EXPORT_ADDRESS.exec(item.getURL())?.[1];
    const target = window();
    if (target === null || opening === undefined) return;
    const request = exportRequestSchema.parse(Object.fromEntries(new URL(item.getURL()).searchParams));
    void saveExport(target, core, { opening, request }, item.getFilename());
  });
}

async function saveExport(
  window: BrowserWindow,
  core: CoreSupervisor,
  labels: { opening: string; request: ExportRequest },
  fileName: string,
): Promise<void> {
  const { filePath } = await dialog.showSaveDialog(window, {
    title: 'Save the cleaned labels',
    defaultPath: fileName,
    filters: [{ name: extname(fileName).slice(1).toUpperCase(), extensions: [extname(fileName).slice(1)] }],
  });
  if (!filePath) return;
  try {
    await core.exportLabels({ file: filePath, ...labels });
    sendToPage(window, 'notice', { tone: 'good', message: `Saved to ${filePath}`, hint: '', file: filePath });
  } catch (error) {
    const hint = error instanceof AppError ? error.hint : '';
    sendToPage(window, 'notice', { tone: 'bad', message: errorMessage(error), hint, file: null });
  }
}
