import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AppState } from '../../../src/protocol/api.ts';
import type { PredictionReport } from '../../../src/protocol/predictions.ts';
import { clientOf, createHost } from '../../support/apiHost.ts';
import { makeColourDataset, SMALL_DATASET } from '../../support/colourDataset.ts';
import { npyMatrix, predictionFile, sureOf } from '../../support/predictionFiles.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const CLASSES = ['angry', 'happy', 'sad'];
const ROWS = Object.keys(SMALL_DATASET).map((image) => sureOf(image.split('/')[0] as string, CLASSES));

describe('predictions from the page', () => {
  it('make a dataset reviewable that was never scanned; an error in a file is reported with its row', async () => {
    const host = createHost();
    const folder = join(temporaryFolder(), 'faces');
    await makeColourDataset(folder, SMALL_DATASET);
    await host.open(folder);
    const { send } = clientOf(host);

    const bad = predictionFile('bad.npy', npyMatrix([[2, -1, 0], ...ROWS.slice(1)]));
    const refused = await send('POST', '/predictions', { file: bad, classes: CLASSES });
    expect(refused).toMatchObject({
      status: expect.toSatisfy((status: number) => status >= 400 && status < 500),
      body: {
        code: 'table-invalid',
        message: expect.stringMatching(/bad\.npy row 1: a probability is negative/),
      },
    });

    const file = predictionFile('mine.npy', npyMatrix(ROWS));
    const taken = await send('POST', '/predictions', { file, classes: CLASSES });
    const { report, state } = taken.body as { report: PredictionReport; state: AppState };
    expect(report).toMatchObject({ images: 12, withoutRow: 0, embeddingSize: 0 });
    expect(state.project).toMatchObject({
      counts: { scanned: 12, pending: 0 },
      model: { name: 'mine.npy', provider: null, embeddingSize: 0 },
    });
    expect((await send('POST', '/predictions', { file: ' ' })).status).toBe(400);
  });
});
