import { AppError } from '../../domain/errors.ts';
import type { ModelCard } from '../../domain/modelCard.ts';
import { cardBeside } from '../engine/index.ts';
import { readRegularFile } from '../files/index.ts';
import type { ModelRun } from '../project/index.ts';

/**
 * A run's model, with the card beside its file. Every precision of a model has the same card.
 * @throws AppError `nothing-scanned` without a run; `not-found` for imported predictions
 */
export async function readModelCard(run: ModelRun | null): Promise<ModelCard> {
  if (run === null)
    throw new AppError('nothing-scanned', 'These images have not been scanned yet', 'Scan them first.');
  if (run.provider === null) {
    throw new AppError('not-found', `${run.modelPath} are imported predictions, which have no model card`);
  }
  const { name, version, licence, trainingData } = run.model;
  return {
    name,
    version,
    file: run.modelPath,
    sha256: run.modelSha256,
    licence,
    trainedOn: trainingData.description,
    trainingImages: trainingData.images,
    text: await readText(cardBeside(run.modelPath)),
  };
}

const LONGEST_CARD_BYTES = 2 ** 20;

/** Null if the file is missing: the model may have moved since its scan, or it has no card. */
async function readText(path: string): Promise<string | null> {
  try {
    return (await readRegularFile(path, null, LONGEST_CARD_BYTES)).toString('utf8');
  } catch {
    return null;
  }
}
