import type { JumpListCategory } from 'electron';
import { datasetName } from '../../installation.ts';

/** Folders in the task bar of Windows. Each starts the app with its folder, which the running one then opens. */
export function jumpListOf(folders: readonly string[], program: string): JumpListCategory {
  return {
    type: 'custom',
    name: 'Recent datasets',
    items: folders.map((folder) => ({
      type: 'task',
      title: datasetName(folder) || folder,
      description: folder,
      program,
      args: `"${folder.replace(/\\+$/, '$&$&')}"`, // a backslash before it would quote the quotation mark
      iconPath: program,
      iconIndex: 0,
    })),
  };
}
