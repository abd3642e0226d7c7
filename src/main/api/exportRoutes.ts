import { Hono } from 'hono';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { exportRequestSchema } from '../../protocol/api.ts';
import {
  changeReport,
  exportChoices,
  exportDataset,
  type OutputFile,
  reportFileName,
  writeFolder,
} from '../export/index.ts';
import { datasetsAround } from '../opened/index.ts';
import { measureAgreement } from '../team/index.ts';
import type { Workspace } from '../workspace/index.ts';
import { download } from './download.ts';
import { exportPreview } from './exportPreview.ts';
import { type DatasetHost, workspaceOf } from './openedDataset.ts';
import { valid } from './validation.ts';

const folderBody = z.object({
  request: exportRequestSchema,
  folder: z.string().min(1),
  hardLinks: z.boolean().default(false),
});

/** The cleaned labels: a preview, the file, and the report of all changes. */
export function exportRoutes(
  host: DatasetHost<
    'exportSource' | 'exportSnapshot' | 'folder' | 'blindness' | 'index',
    'exportFolder' | 'outputFolder' | 'pictures' | 'version'
  >,
) {
  return (
    new Hono()
      .post('/export/preview', valid('json', exportRequestSchema), async (context) =>
        context.json(await exportPreview(workspaceOf(host, context), context.req.valid('json'))),
      )
      .get('/export/formats', (context) =>
        context.json(exportChoices(workspaceOf(host, context).exportSource)),
      )
      /** Where several files can be written without a dialog. */
      .get('/export/places', (context) => context.json({ folder: host.exportFolder }))
      .get('/export/file', valid('query', exportRequestSchema), async (context) => {
        const { source, close } = await workspaceOf(host, context).exportSnapshot();
        return closingOnFailure(close, async () => {
          const exported = await exportDataset(source, context.req.valid('query'));
          if (exported.kind === 'folder') {
            throw new AppError(
              'bad-request',
              'this format has several files',
              'Choose a folder to write them to.',
            );
          }
          return download(context, exported, closingAfter(exported.chunks, close));
        });
      })
      .post('/export/folder', valid('json', folderBody), async (context) => {
        const { request, folder, hardLinks } = context.req.valid('json');
        const workspace = workspaceOf(host, context);
        const target = host.outputFolder(folder);
        const { source, close } = await workspace.exportSnapshot();
        try {
          const exported = await exportDataset(source, request, undefined, host.pictures);
          const files =
            exported.kind === 'folder' ? exported.files : oneFile(exported.fileName, exported.chunks);
          return context.json({
            files: await writeFolder(target, files, {
              datasetFolder: workspace.folder,
              otherDatasets: datasetsAround(target),
              replace: false,
              hardLinks,
            }),
            folder: target,
          });
        } finally {
          close();
        }
      })
      .get('/report.html', valid('query', exportRequestSchema), async (context) => {
        const workspace = workspaceOf(host, context);
        const { source, close } = await workspace.exportSnapshot();
        return closingOnFailure(close, async () => {
          const report = changeReport(source, context.req.valid('query'), {
            version: host.version,
            madeAt: new Date().toISOString(),
            agreement: showsAgreement(workspace) ? measureAgreement(source.project) : null,
          });
          const fileName = reportFileName(workspace.folder);
          const file = { mediaType: 'text/html; charset=utf-8', fileName };
          return download(context, file, closingAfter(report, close));
        });
      })
  );
}

/** Agreement with oneself would tell which images of an open round are asked again. */
const showsAgreement = ({
  blindness,
  exportSource,
}: Pick<Workspace, 'blindness' | 'exportSource'>): boolean =>
  !blindness.others && exportSource.seenBy?.openRound.size === 0;

async function closingOnFailure<Result>(close: () => void, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    close();
    throw error;
  }
}

/** A download is written while it is sent. */
async function* closingAfter<Chunk>(chunks: AsyncIterable<Chunk>, close: () => void): AsyncGenerator<Chunk> {
  try {
    yield* chunks;
  } finally {
    close();
  }
}

async function* oneFile(
  path: string,
  content: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<OutputFile> {
  yield { path, content };
}
