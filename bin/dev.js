// npm run dev [-- FOLDER]: the desktop window with hot reload; with --browser, or where no window can be shown, the
// page in a browser.
import { parseArgs } from 'node:util';
import { developInBrowser } from './devBrowser.js';
import { developInWindow } from './devWindow.js';
import { findElectron } from './electron.js';

const given = process.argv.slice(2);
const { browser } = parseArgs({
  args: given,
  options: { browser: { type: 'boolean' } },
  strict: false,
  allowPositionals: true,
}).values;
const args = given.filter((argument) => argument !== '--browser');

const electron = browser ? { reason: '--browser' } : await findElectron(args);
if (electron.path === undefined) {
  console.error(`No desktop window (${electron.reason}): open the address below in a browser.`);
  await developInBrowser(args);
} else {
  developInWindow(electron, args);
}
