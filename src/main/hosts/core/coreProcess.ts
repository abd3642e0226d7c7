import { userInfo } from 'node:os';
import { AppError } from '../../../domain/errors.ts';
import { Host } from '../../api/host.ts';
import { exportDataset, removeStalePartials, writeWhole } from '../../export/index.ts';
import { findInstallation } from '../../installation.ts';
import { asFailure, partialsFolder, surviveFaults } from '../../opened/index.ts';
import { boundHeapGrowth, parentLink } from '../../processes/index.ts';
import { type CoreReply, type CoreRequest, coreRequestSchema } from './messages.ts';
import { type PipeServer, serveOnPipe } from './pipeServer.ts';
import { ShellEngines } from './shellEngines.ts';

/** The core of the desktop app: a program of its own, started by the shell, which relays the page's requests to it. */
type Start = Extract<CoreRequest, { kind: 'start' }>;
type Export = Extract<CoreRequest, { kind: 'export' }>;

boundHeapGrowth();
surviveFaults();
removeStalePartials(partialsFolder());
const link = parentLink();
const reply = (message: CoreReply) => link.send(message);
const engines = new ShellEngines(reply);
let host: Host | null = null;
let server: PipeServer | null = null;

link.onMessage((message) => {
  const request = coreRequestSchema.parse(message);
  if (request.kind === 'start') void start(request);
  if (request.kind === 'permit-output') host?.permitOutput(request.folder);
  if (request.kind === 'export') void exportLabels(request);
  if (request.kind === 'stop') void stop();
  engines.receive(request);
});

async function start({ pipe, token, settings, folder, shellStartsEngine }: Start): Promise<void> {
  const { offersLast, ...scan } = settings;
  const { version, modelsFolder, sampleFolder } = findInstallation();
  const startProcess = shellStartsEngine ? engines.start : undefined;
  host = new Host({
    version,
    annotator: userInfo().username,
    scan: { ...scan, modelsFolder, startProcess },
    sampleFolder,
    offersLast,
  });
  try {
    const openFailure = folder === null ? null : await reopen(host, folder);
    reportFolder(host);
    server = await serveOnPipe(host, pipe, token);
    host.pictures.warmUp();
    reply({ kind: 'ready', openFailure });
  } catch (error) {
    reply({ kind: 'refused', failure: failureReply(error) });
  }
}

/** Opens the dataset that was open before. If that fails, the page gets the reason and can choose another. */
async function reopen(host: Host, folder: string) {
  try {
    await host.open(folder);
    return null;
  } catch (error) {
    return failureReply(error);
  }
}

function reportFolder(host: Host): void {
  let reported: string | null = null;
  const report = () => {
    if (host.place !== reported) reply({ kind: 'folder', folder: host.place });
    reported = host.place;
  };
  host.on('state', report);
  report();
}

/** The person has named the file in a dialog that asks before it replaces one. */
async function exportLabels({ key, opening, file, request }: Export): Promise<void> {
  try {
    const workspace = (host as Host).workspaceOf(opening);
    const exported = await exportDataset(workspace.exportSource, request);
    if (exported.kind === 'folder') throw new AppError('bad-request', 'several files need a folder', '');
    await writeWhole(file, exported.chunks, { datasetFolder: workspace.folder, replace: true });
    reply({ kind: 'exported', key, failure: null });
  } catch (error) {
    reply({ kind: 'exported', key, failure: failureReply(error) });
  }
}

async function stop(): Promise<void> {
  await server?.close();
  await host?.close();
  reply({ kind: 'stopped' });
}

function failureReply(error: unknown) {
  const { code, message, hint } = asFailure(error);
  return { code, message, hint };
}
