import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { IMAGES_TO_FRAME } from '../../src/domain/framing/chooseFraming.ts';
import type { Framing } from '../../src/domain/framing/framing.ts';
import type { ImageSource } from '../../src/domain/imageSource.ts';
import type { ImageViews } from '../../src/domain/model.ts';
import { ScanDecoders } from '../../src/main/decoding/index.ts';
import { type ModelFile, resolveModel, startEngine } from '../../src/main/engine/index.ts';
import { MEASURED_SIDE, measureFraming } from '../../src/main/scan/index.ts';

const MODELS = resolve(import.meta.dirname, '../../models');

/** The model's prediction for one image, as plain numbers for a JSON file. */
export interface BenchPrediction {
  /** Relative to the folder, with /. */
  image: string;
  /** [C] each */
  primary: number[];
  geometric: number[];
  attentive: number[];
  corrected: number[];
  confidencePrimary: number;
  confidenceCorrected: number;
  /** [C*K] */
  anchorDistance: number[];
  /** [D] */
  embedding: number[];
  /** [F] Null from a model that gives none. */
  features: number[] | null;
  faceQuality: number | null;
  perceptualHash: string;
}

export interface BenchPredictions {
  model: ModelFile;
  predictions: BenchPrediction[];
}

/**
 * The model's outputs for every image of a folder, from the cache if this model has predicted these files
 * before.
 * @param cacheFolder outside the repository; one file for each model, list of images and set of views
 */
export async function readFolder(
  folder: string,
  cacheFolder: string,
  views: ImageViews,
  modelName?: string,
  framing: Framing | null = null,
): Promise<BenchPredictions> {
  const model = await resolveModel(modelName, MODELS);
  const images = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(jpe?g|png|webp|bmp|tiff?)$/i.test(name))
    .map((name) => name.replaceAll('\\', '/'))
    .sort();
  const key = createHash('sha256')
    .update(
      JSON.stringify([
        'with features',
        model.sha256,
        resolve(folder),
        images,
        views,
        ...(framing ? [framing] : []),
      ]),
    )
    .digest('hex');
  const cacheFile = join(cacheFolder, `predictions-${key.slice(0, 16)}.json`);
  if (existsSync(cacheFile)) return { model, predictions: JSON.parse(readFileSync(cacheFile, 'utf8')) };

  const engine = await startEngine({ modelPath: model.path, provider: 'cpu', views, withFeatures: true });
  const predictions: BenchPrediction[] = [];
  for (let start = 0; start < images.length; start += 64) {
    const items = images
      .slice(start, start + 64)
      .map((name, id) => ({ id, path: join(folder, name), framing }));
    for (const result of await engine.infer(items)) {
      if (!result.ok) throw new Error(`${images[start + result.id]}: ${result.problem}`);
      const { outputs } = result;
      predictions.push({
        image: images[start + result.id] as string,
        primary: [...outputs.primary],
        geometric: [...outputs.geometric],
        attentive: [...outputs.attentive],
        corrected: [...outputs.corrected],
        confidencePrimary: outputs.confidencePrimary,
        confidenceCorrected: outputs.confidenceCorrected,
        anchorDistance: [...outputs.anchorDistance],
        embedding: [...outputs.embedding],
        features: outputs.features && Array.from(outputs.features, (value) => Number(value.toFixed(5))),
        faceQuality: outputs.faceQuality,
        perceptualHash: result.image.perceptualHash,
      });
    }
  }
  await engine.close();
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(cacheFile, JSON.stringify(predictions));
  return { model, predictions };
}

/** How a scan would cut a folder's images, by as many of them as it looks at. */
export async function framingOf(folder: string): Promise<Framing | null> {
  const { referenceFace } = await resolveModel(undefined, MODELS);
  if (referenceFace === null) return null;
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(jpe?g|png)$/i.test(name),
  );
  const step = Math.max(1, Math.floor(names.length / IMAGES_TO_FRAME));
  const sources = names
    .sort()
    .filter((_, place) => place % step === 0)
    .map((name): ImageSource => ({ path: join(folder, name), region: null }));
  const decoders = new ScanDecoders({});
  try {
    const decode = (some: readonly ImageSource[]) => decoders.prepareImages(some, MEASURED_SIDE);
    return (await measureFraming(sources, referenceFace, decode)).framing;
  } finally {
    decoders.close();
  }
}
