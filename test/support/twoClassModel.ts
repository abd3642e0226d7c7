import { modelMetadataSchema } from '../../src/domain/model.ts';

/** The metadata of a model that distinguishes happiness from sadness. */
export const twoClassModel = modelMetadataSchema.parse({
  contract: 1,
  name: 'two',
  version: '1',
  classes: [{ name: 'happiness' }, { name: 'sadness' }],
  anchorsPerClass: 0,
  embeddingSize: 1,
  delta: 1,
  inputSize: 112,
});
