import { z } from 'zod';
import { framingChoiceSchema } from './framing/framing.ts';

/** One output class of a model: its name and the other names that datasets give it. */
const modelClassSchema = z.object({ name: z.string().min(1), aliases: z.array(z.string()).default([]) });

/** The version of the contract that brought the output `features`; files of version 1 stay valid. */
export const FEATURES_CONTRACT = 1.1;

/**
 * The JSON under the metadata key `grefel` of a model file: everything that the program must know about a
 * model besides its weights. See docs/model-contract.md.
 */
export const modelMetadataSchema = z.object({
  contract: z.literal([1, FEATURES_CONTRACT]),
  name: z.string().min(1),
  version: z.string().min(1),
  /** In the order of the outputs' columns. C = classes.length. */
  classes: z.array(modelClassSchema).min(2).max(1000),
  /** K, anchors per class. */
  anchorsPerClass: z.int().min(0).max(10_000),
  /** D, length of an embedding. */
  embeddingSize: z.int().min(1).max(65_536),
  /** F, length of the features of an image; null for a model without that output. The graph decides. */
  featuresSize: z.int().min(1).max(65_536).nullable().default(null),
  /** File beside the model: statistics of the features of the images that it was trained on. */
  featureStatistics: z.object({ file: z.string(), sha256: z.string() }).nullable().default(null),
  /** Temperature of the anchor similarity, Eq. 13. */
  delta: z.number().positive(),
  /** Side of the square input in pixels. */
  inputSize: z.int().min(16).max(1024),
  licence: z.string().default(''),
  trainingData: z
    .object({
      description: z.string().default(''),
      images: z.int().min(0).default(0),
      /** File beside the model: gzipped CSV `pixels_sha256,perceptual_hash`. */
      list: z.string().nullish(),
      listSha256: z.string().nullish(),
      /** Most different bits of two images' perceptual hashes that count as duplicates. */
      perceptualHashMaxDistance: z.int().min(0).default(0),
    })
    .prefault({}),
  anchors: z.object({ file: z.string(), sha256: z.string().nullish() }).nullish(),
  metrics: z.record(z.string(), z.unknown()).default({}),
  /** The numbers that it reckons in. */
  precision: z.enum(['fp32', 'fp16', 'int8']).default('fp32'),
  /** Hex SHA-256 of the file that this one is another precision of. */
  convertedFrom: z.string().nullish(),
});

/** The model of a project's predictions: an imported one may have no embeddings, and its input is unknown. */
export const storedModelSchema = modelMetadataSchema.extend({
  embeddingSize: z.int().min(0),
  inputSize: z.int().min(0),
});

/** Of predictions that were imported nothing is known of pictures that went in. */
export function wasImported({ inputSize }: Pick<ModelMetadata, 'inputSize'>): boolean {
  return inputSize === 0;
}

export type ModelMetadata = z.infer<typeof modelMetadataSchema>;
export type ModelClass = z.infer<typeof modelClassSchema>;

export const PROVIDERS = ['cuda', 'dml', 'coreml', 'webgpu', 'cpu'] as const;
/** An execution provider of ONNX Runtime. */
export type Provider = (typeof PROVIDERS)[number];

export const PROVIDER_TITLES: Record<Provider, string> = {
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'CoreML',
  webgpu: 'WebGPU',
  cpu: 'CPU',
};

export const providerChoiceSchema = z.enum(['auto', ...PROVIDERS]);
/** The user's choice; `auto` uses the fastest that works. */
export type ProviderChoice = z.infer<typeof providerChoiceSchema>;

export const PRECISION_CHOICES = ['auto', 'fp32', 'int8'] as const;
export const precisionChoiceSchema = z.enum(PRECISION_CHOICES);
/** The user's choice; `auto` is fp32, or the precision that the project was scanned in. */
export type PrecisionChoice = z.infer<typeof precisionChoiceSchema>;

export const IMAGE_VIEWS = ['one', 'unsure', 'all'] as const;
/**
 * The views of each image that are predicted: the image only; a mirrored and shifted view too if the first
 * prediction is unsure; or six views. engine/views.ts defines them. A project stores the name, so a change of
 * meaning needs a new name.
 */
export type ImageViews = (typeof IMAGE_VIEWS)[number];

/** Of faces like those that the model was trained on. */
export const DEFAULT_VIEWS: ImageViews = 'unsure';

export const VIEWS_CHOICES = ['auto', ...IMAGE_VIEWS] as const;
export const viewsChoiceSchema = z.enum(VIEWS_CHOICES);
/** The user's choice; `auto` is the views that the project was scanned in, at first chosen by its faces: scan/viewsByDomain.ts. */
export type ViewsChoice = z.infer<typeof viewsChoiceSchema>;

/** For people. */
export const VIEWS_TITLES: Record<ViewsChoice, string> = {
  auto: 'views chosen automatically',
  one: 'one view per image',
  unsure: 'unsure images checked twice',
  all: 'six views per image',
};

/** For people. */
export const PRECISION_TITLES: Record<ModelMetadata['precision'], string> = {
  fp32: 'standard precision',
  fp16: '16-bit',
  int8: '8-bit',
};

/** For people. */
export const ONE_VIEW_REASON =
  'One view per image: these faces differ from those the model was trained on, and a second view would find hardly any more wrong labels.';

/** How a scan predicts images; missing parts have their defaults. */
export const scanChoiceSchema = z.object({
  precision: z.enum(['fp32', 'int8']).exactOptional(),
  views: viewsChoiceSchema.exactOptional(),
  framing: framingChoiceSchema.exactOptional(),
});
export type ScanChoice = z.infer<typeof scanChoiceSchema>;

/** How a scan would predict images by default. */
export interface ScanOffer {
  name: string;
  version: string;
  precision: ModelMetadata['precision'];
  /** All that the model comes in; one alone is no choice. */
  precisions: ModelMetadata['precision'][];
  /** `auto` if the scan chooses them by the first faces. */
  views: ViewsChoice;
}

/** The provider that runs a loaded model. */
export interface ProviderReport {
  requested: ProviderChoice;
  used: Provider;
  /** Why a faster provider was not used, one sentence each; empty where the first choice worked. */
  fallbacks: string[];
}
