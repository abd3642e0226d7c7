import { modelMetadataSchema } from '../../src/domain/model.ts';

/** What a project says of a model that tells happiness from sadness. */
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
