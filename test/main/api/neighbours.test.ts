import { expect, it } from 'vitest';
import type { SampleNeighbours } from '../../../src/protocol/api.ts';
import { scannedApi } from '../../support/apiHost.ts';

it('the most similar images come from all, and from the reviewed ones', async () => {
  const api = await scannedApi();
  const neighboursOf = async (id: number) =>
    (await api.get(`/samples/${id}/neighbours?count=3`)).body as SampleNeighbours;
  const before = await neighboursOf(1);
  expect(before.neighbours).toHaveLength(3);
  expect(before.reviewed).toEqual([]);

  const nearest = before.neighbours.map(({ id }) => id);
  const far = [2, 5, 9, 12].filter((id) => !nearest.includes(id)).slice(0, 1);
  await api.send('POST', '/verdicts', { sampleIds: [nearest[1] as number, ...far], verdict: 'kept' });
  const after = await neighboursOf(1);
  expect(after.neighbours.map(({ id }) => id)).toEqual(nearest);
  expect(after.reviewed.map(({ id }) => id)).toEqual([nearest[1], ...far]);
  expect(after.reviewed.every(({ status }) => status === 'kept')).toBe(true);
  const [first, second] = after.reviewed;
  expect(first?.distance).toBeLessThanOrEqual(second?.distance ?? 0);
});
