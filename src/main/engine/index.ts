/** The engine's interface for the rest of the program. */
export { startEngine } from './engine.ts';
export { shippedDetector } from './faces/detectorFile.ts';
export { type FaceFinder, startFaceFinder } from './faces/faceFinder.ts';
export type { FaceSearch } from './faces/types.ts';
export { ANCHORS_PER_CLASS } from './fit/anchors.ts';
export { type FittedLabels, NOT_DECIDED, SET_ASIDE } from './fit/fitLabels.ts';
export { type FitOptions, startFit } from './fit/startFit.ts';
export { NEAREST, type TunedModel } from './fit/tunedModel.ts';
export type { ModelFile } from './modelFile.ts';
export { readModelFile } from './modelFile.ts';
export { inspectModels, listModels, resolveModel } from './modelStore.ts';
export { readFloat32Npy } from './npy.ts';
export { cardBeside, chooseFiles, type FilesByProvider, precisionsOf } from './precisions.ts';
export { availableProviders, gpuProviders } from './providers.ts';
export type { Engine, EngineOptions, EngineResult } from './types.ts';
