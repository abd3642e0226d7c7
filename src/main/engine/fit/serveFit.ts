import { errorMessage } from '../../../domain/errors.ts';
import { loadRuntime } from '../loadRuntime.ts';
import { checkpointsIn, withoutCheckpoints } from './checkpoints.ts';
import { openDatasetFeatures } from './datasetFeatures.ts';
import { Embeddings } from './embeddings.ts';
import { fitLabels } from './fitLabels.ts';
import { MatrixProducts } from './matrixProducts.ts';
import type { FitReply, FitRequest } from './messages.ts';

/** Answers one request for a fit with its progress and its result. */
export async function serveFit(request: FitRequest, reply: (message: FitReply) => void): Promise<void> {
  try {
    const { embeddingsPath, embeddingSize, threads, labels, checkpointFolder } = request;
    const embeddings = await Embeddings.read(embeddingsPath, labels.length, embeddingSize);
    const products = await MatrixProducts.create(await loadRuntime(), threads);
    const features = await openDatasetFeatures(request.features);
    const fitted = await fitLabels(
      request,
      embeddings,
      products,
      (share) => reply({ kind: 'progress', share }),
      checkpointFolder === null ? withoutCheckpoints : checkpointsIn(checkpointFolder),
      features,
    );
    await features?.close();
    reply({ kind: 'fitted', fitted });
  } catch (error) {
    reply({ kind: 'failed', message: errorMessage(error) });
  }
}
