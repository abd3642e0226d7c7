import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decodeImage } from '../../../src/main/images/index.ts';
import type { FolderInspection } from '../../../src/protocol/opening.ts';
import { clientOf, createHost } from '../../support/apiHost.ts';
import { TINY_MODELS } from '../../support/colourDataset.ts';
import { giveReferenceFace, makeFacesToFrame } from '../../support/framedFaces.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

it('a look at a folder shows a face as it is and as the model would see it, where they differ', async () => {
  const models = temporaryFolder();
  for (const name of ['tiny.onnx', 'tiny.anchors.npy', 'tiny.training.csv.gz']) {
    copyFileSync(join(TINY_MODELS, name), join(models, name));
  }
  const model = join(models, 'tiny.onnx');
  giveReferenceFace(model);
  const { send, request } = clientOf(createHost({ model, modelsFolder: models }));
  const look = async (scaleX: number) => {
    const folder = join(temporaryFolder(), 'faces');
    // Previews are six of a class: classes of their own make enough of them to measure.
    await makeFacesToFrame(folder, { scaleX, scaleY: 1, shiftX: 0, shiftY: 0 }, 48, 8);
    return (await send('POST', '/inspections', { folder })).body as FolderInspection;
  };
  expect((await look(1)).framing).toBeNull();
  const { id, framing, previews } = await look(1.3);
  expect(framing).toMatchObject({ choice: 'auto', before: previews.length, after: previews.length + 1 });
  expect(framing?.framing.scaleX).toBeCloseTo(1.3, 1);
  const picture = async (place = -1) => {
    const response = await request(`/inspections/${id}/previews/${place}`);
    expect(response.headers.get('content-type')).toBe('image/png');
    return decodeImage(Buffer.from(await response.arrayBuffer()));
  };
  const [before, after] = [await picture(framing?.before), await picture(framing?.after)];
  expect([before.width, after.width]).toEqual([112, 112]);
  expect(after.rgb).not.toEqual(before.rgb);
});
