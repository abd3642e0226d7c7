import { afterAll, describe, expect, it } from 'vitest';
import {
  anchorSimilarities,
  confidence,
  finalDistribution,
  geometricCorrection,
} from '../../../src/labelQuality/reliability.ts';
import { type Engine, readModelFile, startEngine } from '../../../src/main/engine/index.ts';
import { asItems, everyModel, imagePaths } from './models.ts';

const engines: Engine[] = [];
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-4): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) {
    expect(Math.abs((actual[i] as number) - (expected[i] as number))).toBeLessThan(tolerance);
  }
}

/** Eq. 12, d = ||a - e||. Embedding [D], anchors [C*K, D] row by row -> [C*K]. */
function anchorDistances(embedding: ArrayLike<number>, anchors: Float32Array): Float64Array {
  const size = embedding.length;
  return Float64Array.from({ length: anchors.length / size }, (_, anchor) =>
    Math.hypot(
      ...anchors
        .subarray(anchor * size, (anchor + 1) * size)
        .map((value, d) => value - (embedding[d] as number)),
    ),
  );
}

describe.each(everyModel)('the arithmetic in TypeScript and in %s', (modelPath) => {
  it('agree to 1e-4', async () => {
    const { metadata, anchors } = await readModelFile(modelPath);
    const engine = await startEngine({ modelPath, provider: 'cpu' });
    engines.push(engine);
    for (const result of await engine.infer(asItems(imagePaths))) {
      if (!result.ok) throw new Error(result.problem);
      const { outputs } = result;
      const distances = anchorDistances(outputs.embedding, anchors as Float32Array);
      // Distances are as long as embeddings are: compared relative to their size.
      const scale = Math.max(1, ...distances);
      expectClose(
        distances.map((d) => d / scale),
        outputs.anchorDistance.map((d) => d / scale),
      );
      const similarities = anchorSimilarities(outputs.anchorDistance, metadata.delta);
      const geometric = geometricCorrection(similarities, metadata.classes.length, metadata.anchorsPerClass);
      if (geometric) expectClose(geometric, outputs.geometric);
      const corrected = finalDistribution(outputs.primary, { geometric, attentive: outputs.attentive });
      expectClose(corrected, outputs.corrected);
      expectClose(
        [confidence(outputs.primary), confidence(corrected)],
        [outputs.confidencePrimary, outputs.confidenceCorrected],
      );
    }
  });
});
