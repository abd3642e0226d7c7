import { expect, it } from 'vitest';
import type { ShownGuideline } from '../../../src/domain/guidelines.ts';
import { scannedApi } from '../../support/apiHost.ts';

it('class guidelines are kept in the project and shared as one file', async () => {
  const { get, send, host, folder } = await scannedApi();
  const of = async (label: number): Promise<ShownGuideline> =>
    (await get('/guidelines')).body.guidelines[label];
  expect(await of(1)).toEqual({ label: 1, description: '', exemplars: [], missing: [] });

  await send('PUT', '/guidelines/1/description', { description: 'Mouth corners up.\nNot: teeth alone.' });
  await send('POST', '/guidelines/exemplars', { label: 1, sampleId: 4 });
  await send('POST', '/guidelines/exemplars', { label: 1, sampleId: 4 });
  const { image } = host.workspace.sample(4);
  const said = { description: 'Mouth corners up.\nNot: teeth alone.', exemplars: [{ id: 4, image }] };
  expect(await of(1)).toMatchObject(said);
  const { body: file } = await get('/guidelines/file');

  await host.close();
  await host.open(folder);
  expect(await of(1)).toMatchObject(said);
  await send('POST', '/guidelines/exemplars/removed', { label: 1, image });
  await send('PUT', '/guidelines/0/description', { description: 'Brows down.' });
  expect((await of(1)).exemplars).toEqual([]);

  file.classes.happy.exemplars.push('elsewhere/1.png');
  file.classes.calm = { description: 'Nothing moves.', exemplars: [] };
  const taken = await send('POST', '/guidelines/file', file);
  expect(taken.body.unknownClasses).toEqual(['calm']);
  expect(await of(1)).toMatchObject({ ...said, missing: ['elsewhere/1.png'] });
  expect((await of(0)).description).toBe('Brows down.');
});

it('what is no file of guidelines, or of another dataset, is refused and changes nothing', async () => {
  const { get, send } = await scannedApi();
  await send('PUT', '/guidelines/0/description', { description: 'Brows down.' });
  const before = (await get('/guidelines')).body;
  expect(await send('POST', '/guidelines/file', { classes: {} })).toMatchObject({ status: 400 });
  const foreign = {
    format: 'grefel-guidelines',
    version: 1,
    classes: { calm: { description: 'x', exemplars: [] } },
  };
  const refused = await send('POST', '/guidelines/file', foreign);
  expect(refused).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('none of the classes') },
  });
  for (const body of [{}, { text: 'x' }])
    expect(await send('PUT', '/guidelines/0/description', body)).toMatchObject({ status: 400 });
  expect(await send('PUT', '/guidelines/9/description', { description: 'x' })).toMatchObject({ status: 400 });
  expect(await send('POST', '/guidelines/exemplars', { label: 0, sampleId: 999 })).toMatchObject({
    status: 404,
  });
  expect((await get('/guidelines')).body).toEqual(before);
});
