import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { CALL, type Desktop, SEND } from '../protocol/desktop.ts';

/** The few native calls that a page cannot make. Each is a fixed message: the page never sees ipcRenderer. */
const listen = <Value>(name: string, listener: (value: Value) => void) =>
  void ipcRenderer.on(name, (_event, value: Value) => listener(value));

const desktop: Desktop = {
  chooseFolder: () => ipcRenderer.invoke(CALL.chooseFolder),
  chooseExportFolder: () => ipcRenderer.invoke(CALL.chooseExportFolder),
  pathOf: (file) => webUtils.getPathForFile(file as File),
  reveal: (path) => ipcRenderer.invoke(CALL.reveal, path),
  restartCore: () => ipcRenderer.invoke(CALL.restartCore),
  takeFolder: () => ipcRenderer.invoke(CALL.takeFolder),
  showWindowOf: (folder) => ipcRenderer.invoke(CALL.showWindowOf, folder),
  showMenu: (content) => ipcRenderer.invoke(CALL.showMenu, content),
  showJob: (signs) => ipcRenderer.invoke(CALL.showJob, signs),
  onAction: (listener) => listen(SEND.action, listener),
  onOpenFolder: (listener) => listen(SEND.openFolder, listener),
  onNotice: (listener) => listen(SEND.notice, listener),
};
contextBridge.exposeInMainWorld('desktop', desktop);
