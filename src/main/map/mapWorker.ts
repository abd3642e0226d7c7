import { parentPort, workerData } from 'node:worker_threads';
import { ClusterQuality } from '../../labelQuality/clusterQuality.ts';
import { drawSample, seededRandom } from '../../labelQuality/random.ts';
import type { MapStage } from '../../protocol/map.ts';
import { ProjectFile } from '../project/index.ts';
import { arrange, placeAmong } from './arrange.ts';
import type { MapMessage, MapQuality, MapTask } from './messages.ts';

/** UMAP's memory and time grow faster than the images: a random part is arranged, the others placed among it. */
const MOST_FITTED = 10_000;
const PAGE = 1000;

/** Share of the total progress at which each stage begins; loading and measuring are quick. */
const BEGINS: Record<MapStage, number> = {
  reading: 0,
  reducing: 0.05,
  neighbours: 0.15,
  arranging: 0.4,
  placing: 0.75,
  measuring: 0.95,
};
const ENDS: Record<MapStage, number> = {
  reading: 0.05,
  reducing: 0.15,
  neighbours: 0.4,
  arranging: 0.75,
  placing: 0.95,
  measuring: 1,
};

const task = workerData as MapTask;
const post = (message: MapMessage, transferred: ArrayBuffer[] = []) =>
  parentPort?.postMessage(message, transferred);
const project = ProjectFile.openForReading(task.projectFile);
try {
  if (task.kind === 'arrange') arrangeAll();
  else post({ kind: 'done', images: 0, fitted: 0, anchors: new Float32Array(), quality: measure() });
} finally {
  project.close();
}

function arrangeAll(): void {
  const ids = project.embeddings.ids();
  const fittedIds = ids.length <= MOST_FITTED ? ids : drawSample(ids, MOST_FITTED, seededRandom(task.seed));
  report('reading', 0);
  const rows = fittedIds.flatMap((id) => project.embeddings.byId(id, task.embeddingSize)?.embedding ?? []);
  // Anchors take part in the layout, so that they are where the network has them.
  const anchors = anchorRows();
  const arrangement = arrange([...rows, ...anchors], task.seed, report);
  const placeOf = new Map(fittedIds.map((id, index) => [id, arrangement.places[index] as number[]]));
  let placed = 0;
  let lastId = 0;
  for (;;) {
    const page = project.embeddings.page(lastId, PAGE, task.embeddingSize);
    if (page.length === 0) break;
    const places = page.map(
      ({ id, embedding }) => placeOf.get(id) ?? placeAmong(arrangement.reduce(embedding), arrangement),
    );
    const batch = {
      ids: Int32Array.from(page, ({ id }) => id),
      x: Float32Array.from(places, ([x]) => x as number),
      y: Float32Array.from(places, ([, y]) => y as number),
    };
    post({ kind: 'points', batch }, [batch.ids.buffer, batch.x.buffer, batch.y.buffer]);
    placed += page.length;
    lastId = page.at(-1)?.id ?? lastId;
    report('placing', placed / Math.max(1, ids.length));
  }
  const anchorPlaces = Float32Array.from(arrangement.places.slice(rows.length).flat());
  post({ kind: 'done', images: placed, fitted: rows.length, anchors: anchorPlaces, quality: measure() });
}

function anchorRows(): Float32Array[] {
  const { anchors, embeddingSize } = task;
  if (anchors === null) return [];
  return Array.from({ length: anchors.length / embeddingSize }, (_, index) =>
    anchors.subarray(index * embeddingSize, (index + 1) * embeddingSize),
  );
}

/** How well the labels separate the embeddings, as given and after correction. */
function measure(): MapQuality {
  const before = new ClusterQuality(task.classes, task.embeddingSize);
  const after = new ClusterQuality(task.classes, task.embeddingSize);
  for (const [pass, add] of (['addToCentre', 'addToSpread'] as const).entries()) {
    report('measuring', pass / 2);
    let lastId = 0;
    for (;;) {
      const page = project.embeddings.page(lastId, PAGE, task.embeddingSize);
      for (const { id, embedding, given, label } of page) {
        lastId = id;
        if (given !== null) before[add](given, embedding);
        if (label !== null) after[add](label, embedding);
      }
      if (page.length < PAGE) break;
    }
  }
  return { before: before.result(), after: after.result() };
}

function report(stage: MapStage, share: number): void {
  const whole = BEGINS[stage] + (ENDS[stage] - BEGINS[stage]) * Math.min(1, share);
  post({ kind: 'progress', progress: { stage, share: whole } });
}
