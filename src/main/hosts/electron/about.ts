import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, type BrowserWindow, dialog, shell } from 'electron';
import { findInstallation } from '../../installation.ts';

const LICENCES = 'THIRD-PARTY-LICENCES.txt';

/** Versions and licences; the licences of others open in the system's editor. */
export async function showAbout(window: BrowserWindow): Promise<void> {
  const { version, root } = findInstallation();
  const { electron, chrome, node } = process.versions;
  const licences = licencesFile(root);
  const { response } = await dialog.showMessageBox(window, {
    type: 'info',
    title: 'About GReFEL Relabel',
    message: `GReFEL Relabel ${version}`,
    detail: [
      'Find and fix wrong labels in facial-expression datasets. Nothing leaves this computer.',
      `Electron ${electron}, Chromium ${chrome}, Node ${node}`,
      'MIT licence. Parts of others have their own licences.',
    ].join('\n\n'),
    buttons: ['Close', 'Show licences'],
    defaultId: 0,
    cancelId: 0,
  });
  if (response === 1) await shell.openPath(licences);
}

/** Packaging writes them; a copy of the sources has only its own. */
function licencesFile(root: string): string {
  const places = app.isPackaged ? [join(process.resourcesPath, LICENCES)] : [join(root, 'out', LICENCES)];
  return places.find((file) => existsSync(file)) ?? join(root, 'LICENSE');
}
