import { expect, it } from 'vitest';
import { CurrentModel, ReviewColumns } from '../../../src/main/review/index.ts';
import { scannedApi } from '../../support/apiHost.ts';

it('shows very many images before their confidences have come, which follow', async () => {
  const { project } = (await scannedApi()).host.workspace.opened;
  const { context } = new CurrentModel(project);
  const known = (columns: ReviewColumns) => columns.index.confidence.every((value) => !Number.isNaN(value));
  const few = new ReviewColumns(project, () => 'ann', 12);
  await few.readSummaries(context);
  expect(known(few)).toBe(true);

  const many = new ReviewColumns(project, () => 'ann', 11);
  const { promise: told, resolve } = Promise.withResolvers<void>();
  await many.readSummaries(context, resolve);
  await many.confidencesRead;
  expect(known(many)).toBe(true);
  expect(many.index.confidence).toEqual(few.index.confidence);
  await told;
  await Promise.all([few.close(), many.close()]);
});
