import { describe, expect, it } from 'vitest';
import type { Embedding } from '../../../src/main/project/index.ts';
import { EmbeddingBlock, KEPT_AT_MOST } from '../../../src/main/review/embeddingBlock.ts';
import { CurrentModel, nearestImages } from '../../../src/main/review/index.ts';
import { scannedApi } from '../../support/apiHost.ts';

const never = new AbortController().signal;

/** Images 1 to `count`; of each its number and its half. */
function stored(count: number) {
  const asked: number[] = [];
  const embeddingsAfter = (afterId: number, limit: number): Embedding[] => {
    asked.push(afterId);
    const ids = Array.from({ length: Math.min(limit, count - afterId) }, (_, at) => afterId + 1 + at);
    return ids.map((sampleId) => ({ sampleId, vector: Float16Array.of(sampleId, sampleId / 2) }));
  };
  return { asked, embeddingsAfter };
}

function readAll(block: EmbeddingBlock, predictions: ReturnType<typeof stored>): void {
  while (!block.isWhole) block.readOn(predictions);
}

describe('the embeddings in memory', () => {
  it('are read once, a page at a time', () => {
    const [block, predictions] = [new EmbeddingBlock(), stored(600)];
    readAll(block, predictions);
    expect(predictions.asked).toEqual([0, 250, 500]);
    expect(block.count).toBe(600);
    const { ids, values } = block.slice(598, 1000);
    expect([...ids]).toEqual([599, 600]);
    expect([...values]).toEqual([599, 299.5, 600, 300]);
  });

  it('follow a scan, whether an image was read before it is told of or not', () => {
    const [block, predictions] = [new EmbeddingBlock(), stored(300)];
    block.add(7, [0, 0]); // before any search: it is left to be read
    expect(block.count).toBe(0);
    block.readOn(predictions);
    block.add(290, [1, 2]); // is read again in the next page
    block.add(301, [3, 4]);
    block.add(1, [5, 6]);
    readAll(block, predictions);
    expect(block.count).toBe(301);
    const { ids, values } = block.slice(0, block.count);
    const of = (id: number) => [...values.subarray(2 * ids.indexOf(id), 2 * ids.indexOf(id) + 2)];
    expect([of(1), of(290), of(301)]).toEqual([
      [5, 6],
      [290, 145],
      [3, 4],
    ]);
  });

  it('are let go of once a scan has brought too many', () => {
    const [block, predictions] = [new EmbeddingBlock(), stored(KEPT_AT_MOST)];
    readAll(block, predictions);
    block.add(KEPT_AT_MOST + 1, [1, 1]);
    expect([block.count, block.isWhole]).toEqual([0, false]);
    block.add(KEPT_AT_MOST + 2, [1, 1]);
    expect(block.count).toBe(0);
  });
});

it('the most similar images are searched again without reading the embeddings again', async () => {
  const { project } = (await scannedApi()).host.workspace.opened;
  const { context } = new CurrentModel(project);
  if (context === null) throw new Error('nothing is scanned');
  const request = { count: 3, isReviewed: (id: number) => id % 2 === 0 };
  const first = await nearestImages(project, context, 1, request, never);
  expect(first.neighbours).toHaveLength(3);
  expect(first.reviewed.every(({ sampleId }) => sampleId % 2 === 0)).toBe(true);
  const unreadable = Object.create(project, {
    predictions: {
      value: { embedding: (id: number) => project.predictions.embedding(id) }, // and nothing else
    },
  }) as typeof project;
  expect(await nearestImages(unreadable, context, 1, request, never)).toEqual(first);
});
