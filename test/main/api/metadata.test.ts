import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MetadataFacet } from '../../../src/domain/metadata.ts';
import type { Overview, Slices } from '../../../src/protocol/overview.ts';
import type { QueueItem, QueueSnapshot } from '../../../src/protocol/queue.ts';
import { scannedApi } from '../../support/apiHost.ts';
import { makeColourTable } from '../../support/colourDataset.ts';

type Api = Awaited<ReturnType<typeof scannedApi>>;

const openedApi = () => scannedApi(makeColourTable);
const queueOf = async (api: Api, filter: object) =>
  (await api.send('POST', '/queues', { filter })).body as QueueSnapshot;
const slicesOf = async (api: Api, column: string, within = {}) =>
  (await api.get(`/overview/slices?${new URLSearchParams({ column, ...within })}`)).body as Slices;

/** A column of the folder's own table, by image. */
function columnOf({ folder }: Api, place: number): Map<string, string> {
  const rows = readFileSync(join(folder, 'labels.csv'), 'utf8').trim().split('\n').slice(1);
  return new Map(
    rows.map((row) => row.split(',')).map((cells) => [cells[0] as string, cells[place] as string]),
  );
}

async function imagesOf(api: Api, filter: object): Promise<string[]> {
  const { queueId } = await queueOf(api, filter);
  const { items } = (await api.get(`/queues/${queueId}/items`)).body as { items: QueueItem[] };
  return items.map(({ image }) => image).sort();
}

describe('the further columns of a source', () => {
  it('filter the queue by value, several of one column taking any of them', async () => {
    const api = await openedApi();
    const genders = columnOf(api, 2);
    const having = (...values: string[]) =>
      [...genders]
        .filter(([, gender]) => values.includes(gender))
        .map(([image]) => image)
        .sort();
    const filter = (...values: string[]) => ({ show: 'all', metadata: [{ column: 'gender', values }] });
    expect(await imagesOf(api, filter('female'))).toEqual(having('female'));
    expect(await imagesOf(api, filter('female', 'male'))).toEqual(having('female', 'male'));
    expect(await imagesOf(api, filter(''))).toEqual(having(''));
    expect(
      await imagesOf(api, { show: 'flagged', metadata: [{ column: 'gender', values: ['female'] }] }),
    ).toEqual(['images/happy-wrong.png', 'images/sad-wrong.png']);
    expect(await imagesOf(api, filter('nobody'))).toEqual([]);
    expect(await imagesOf(api, { show: 'all', metadata: [{ column: 'height', values: ['1'] }] })).toEqual([]);
  });

  it('come with counts, choices in their natural order, each as it would be without its own filter', async () => {
    const api = await openedApi();
    const { facets } = await queueOf(api, {
      show: 'all',
      metadata: [{ column: 'gender', values: ['male'] }],
    });
    const choices = (column: string) =>
      (facets.metadata.find((facet) => facet.column === column) as Extract<MetadataFacet, { kind: 'choice' }>)
        .choices;
    const genders = [...columnOf(api, 2).values()];
    const count = (value: string) => genders.filter((gender) => gender === value).length;
    expect(choices('gender')).toEqual([
      { value: 'female', count: count('female') },
      { value: 'male', count: count('male') },
      { value: '', count: count('') },
    ]);
    expect(choices('age group').map(({ value }) => value)).toEqual(['0-3', '4-19', '20-39']);
    expect(choices('age group').reduce((sum, choice) => sum + choice.count, 0)).toBe(count('male'));
  });

  it('slice the overview into groups, each the queue of its link, and follow the verdicts', async () => {
    const api = await openedApi();
    expect(((await api.get('/overview')).body as Overview).sliceable).toEqual([
      'gender',
      'age group',
      'sure',
      'years',
    ]);
    const { slices, none, all } = await slicesOf(api, 'gender');
    expect(slices.map(({ filters, flagged }) => [filters[0]?.values, flagged])).toEqual([
      [['female'], 2],
      [['male'], 0],
    ]);
    expect(none + all.images).toBe(12);
    for (const slice of slices) {
      const { total } = await queueOf(api, { show: 'all', metadata: slice.filters });
      expect(slice.images).toBe(total);
      expect(slice.flaggedShare.estimate).toBe(slice.flagged / slice.scored);
    }

    const { queueId } = await queueOf(api, { show: 'flagged' });
    const { items } = (await api.get(`/queues/${queueId}/items`)).body as { items: QueueItem[] };
    for (const { id, suggested } of items) {
      await api.send('POST', '/verdicts', { sampleIds: [id], verdict: 'relabelled', label: suggested });
    }
    const [female, male] = (await slicesOf(api, 'gender')).slices;
    expect(female).toMatchObject({ reviewed: 2, wrong: 2, confirmed: { estimate: 1 } });
    expect(male).toMatchObject({ reviewed: 0, wrong: 0 });

    const { status, body } = await api.get('/overview/slices?column=height');
    expect(status).toBe(404);
    expect(body).toMatchObject({ message: 'there is no column "height" to slice by' });
  });

  it('slice the overview by pairs of values, each the queue of its link', async () => {
    const api = await openedApi();
    const { columns, slices, all, none, further } = await slicesOf(api, 'gender', { within: 'age group' });
    expect(columns).toEqual(['gender', 'age group']);
    expect(new Set(slices.map(({ filters }) => JSON.stringify(filters))).size).toBe(slices.length);
    expect(slices.length).toBeGreaterThan(2);
    for (const { filters, images, flagged } of slices) {
      expect(filters.map(({ column }) => column)).toEqual(columns);
      expect((await queueOf(api, { show: 'all', metadata: filters })).total).toBe(images);
      expect((await queueOf(api, { show: 'flagged', metadata: filters })).total).toBe(flagged);
    }
    expect(slices.reduce((sum, { images }) => sum + images, 0) + further.images).toBe(all.images);
    expect(all.images + none).toBe(12);
  });
});
