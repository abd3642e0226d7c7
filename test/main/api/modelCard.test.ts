import { describe, expect, it } from 'vitest';
import { clientOf, createHost, scannedApi } from '../../support/apiHost.ts';
import { makeColourDataset, SMALL_DATASET } from '../../support/colourDataset.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

describe('the model of the predictions', () => {
  it('is described with its card, its file and its training data', async () => {
    const { get } = await scannedApi();
    const { status, body } = await get('/model');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'tiny',
      file: expect.stringMatching(/tiny\.onnx$/),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      trainingImages: 2,
      text: expect.stringContaining('# tiny'),
    });
  });

  it('is not there before the first scan', async () => {
    const host = createHost();
    const folder = temporaryFolder();
    await makeColourDataset(folder, SMALL_DATASET);
    await host.open(folder);
    const { status, body } = await clientOf(host).get('/model');
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body).toMatchObject({ code: 'nothing-scanned', hint: 'Scan them first.' });
  });
});
