import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import { exportRequestSchema } from '../../shared/api.ts';
import { changeReport, cleanedCsv, reportFileName } from '../export/index.ts';
import { exportFileName, exportPreview } from './exportPreview.ts';
import type { Host } from './host.ts';
import { valid } from './validation.ts';

/** The cleaned labels: how the file would begin, the file, and the report of what changed and why. */
export function exportRoutes(host: Host) {
  return new Hono()
    .post('/export/preview', valid('json', exportRequestSchema), async (context) =>
      context.json(await exportPreview(host.workspace, context.req.valid('json'))),
    )
    .get('/export.csv', valid('query', exportRequestSchema), (context) => {
      const { workspace } = host;
      attach(context, 'text/csv; charset=utf-8', exportFileName(workspace));
      return stream(context, async (body) => {
        for await (const chunk of cleanedCsv(workspace.exportRows(context.req.valid('query'))))
          await body.write(chunk);
      });
    })
    .get('/report.html', valid('query', exportRequestSchema), (context) => {
      const { workspace } = host;
      attach(context, 'text/html; charset=utf-8', reportFileName(workspace.folder));
      const report = changeReport(workspace.exportSource, context.req.valid('query'), {
        version: host.version,
        madeAt: new Date().toISOString(),
      });
      return stream(context, async (body) => {
        for await (const chunk of report) await body.write(chunk);
      });
    });
}

function attach(
  context: { header(name: string, value: string): void },
  contentType: string,
  fileName: string,
): void {
  context.header('content-type', contentType);
  context.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`);
}
