import { setImmediate as nextTurn } from 'node:timers/promises';
import { issueBits } from '../../labelQuality/issues/index.ts';
import type { Grouping } from '../../protocol/queue.ts';
import { bitCount, groupNearDuplicates } from '../issues/index.ts';
import type { ProjectFile } from '../project/index.ts';
import type { Clusters, ReviewIndex } from '../reviewIndex/index.ts';
import type { PredictionContext } from './sampleDetail.ts';

/** Frames further apart than this are not of one run: about a second of video. */
const MOST_FRAMES_APART = 30;
/** Of 64 bits of the perceptual hash, between one frame and the next; unrelated faces differ in twenty and more. */
const MOST_DIFFERENT_BITS = 10;
/** Cosine of the embeddings of one frame and the next: the face has not changed its expression. */
const ALIKE_FROM = 0.9;
const DUPLICATES_FROM = 0.98;
const ROWS_AT_ONCE = 5000;

/** Groups images beyond their labels. Each image is in one cluster, or alone. */
export class ImageClusters {
  readonly #project: ProjectFile;
  #kept: { index: ReviewIndex; version: number; grouping: Grouping; clusters: Clusters } | null = null;

  constructor(project: ProjectFile) {
    this.#project = project;
  }

  /** Null for a grouping by labels. Computed once, until predictions change. */
  async of(
    grouping: Grouping,
    index: ReviewIndex,
    context: PredictionContext | null,
  ): Promise<Clusters | null> {
    if (grouping !== 'duplicates' && grouping !== 'anchor' && grouping !== 'run') return null;
    const { version } = index;
    const kept = this.#kept;
    if (kept?.index === index && kept.version === version && kept.grouping === grouping) return kept.clusters;
    const find = { duplicates: () => this.#duplicates(index), run: () => this.#runs(index) };
    const clusters = grouping === 'anchor' ? byAnchor(index, context) : await find[grouping]();
    this.#kept = { index, version, grouping, clusters };
    return clusters;
  }

  /** Images that were found to be duplicates, with their duplicates. */
  async #duplicates(index: ReviewIndex): Promise<Clusters> {
    const bit = issueBits(['duplicates']);
    const rows: number[] = [];
    for (let row = 0; row < index.size; row++)
      if (((index.issues[row] as number) & bit) !== 0) rows.push(row);
    const hashes = rows.map((row) => this.#project.samples.perceptualHash(index.id[row] as number));
    const withHash = rows.filter((_, at) => hashes[at] !== null);
    const groups = groupNearDuplicates(hashes.filter((hash) => hash !== null));
    const builder = new ClusterBuilder(index.size);
    const members = Map.groupBy(withHash.keys(), (at) => groups[at] as number);
    for (const places of members.values()) {
      const group = places.map((at) => withHash[at] as number);
      const first = this.#vectorOf(index, group[0] as number);
      builder.add(
        group.filter((row, at) => at === 0 || cosine(first, this.#vectorOf(index, row)) >= DUPLICATES_FROM),
        '',
      );
      await nextTurn();
    }
    return builder;
  }

  /** Frames of a video or a burst: numbered consecutively in one folder, and each similar to the next. */
  async #runs(index: ReviewIndex): Promise<Clusters> {
    const sequences = new Map<string, { row: number; number: number }[]>();
    for (let row = 0; row < index.size; row++) {
      const numbered = frameOf(index.image(row));
      if (numbered !== null) {
        const frames = sequences.get(numbered.sequence);
        if (frames) frames.push({ row, number: numbered.number });
        else sequences.set(numbered.sequence, [{ row, number: numbered.number }]);
      }
      if (row % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) await nextTurn();
    }
    const builder = new ClusterBuilder(index.size);
    let compared = 0;
    for (const frames of sequences.values()) {
      frames.sort((a, b) => a.number - b.number);
      let run: typeof frames = [];
      for (const frame of frames) {
        const before = run.at(-1);
        if (before !== undefined && !this.#follows(index, before, frame)) {
          builder.add(rowsOf(run), runName(index, run));
          run = [];
        }
        run.push(frame);
        if (++compared % 200 === 0) await nextTurn();
      }
      builder.add(rowsOf(run), runName(index, run));
    }
    return builder;
  }

  #follows(index: ReviewIndex, before: Frame, frame: Frame): boolean {
    if (frame.number - before.number > MOST_FRAMES_APART) return false;
    const { samples } = this.#project;
    const [left, right] = [before, frame].map(({ row }) => samples.perceptualHash(index.id[row] as number));
    if (left == null || right == null || differentBits(left, right) > MOST_DIFFERENT_BITS) return false;
    return cosine(this.#vectorOf(index, before.row), this.#vectorOf(index, frame.row)) >= ALIKE_FROM;
  }

  #vectorOf(index: ReviewIndex, row: number): Float32Array | null {
    return this.#project.predictions.embedding(index.id[row] as number);
  }
}

interface Frame {
  row: number;
  number: number;
}

const rowsOf = (run: readonly Frame[]) => run.map(({ row }) => row);

/** The first and the last of a run, "video/0012.png to 0040.png". */
function runName(index: ReviewIndex, run: readonly Frame[]): string {
  const [first, last] = [run[0], run.at(-1)].map((frame) => (frame ? index.image(frame.row) : ''));
  return `${first} to ${last?.split('/').at(-1)}`;
}

/** Images with the same nearest anchor: similar for GReFEL. */
function byAnchor(index: ReviewIndex, context: PredictionContext | null): Clusters {
  const builder = new ClusterBuilder(index.size);
  if (context === null) return builder;
  const { gallery, translator } = context;
  const members = new Map<string, number[]>();
  for (let row = 0; row < index.size; row++) {
    const anchor = gallery.nearestTo(index.id[row] as number);
    if (anchor === null) continue;
    const name = `reference face ${translator.titleOfModelClass(anchor.classIndex)}#${anchor.k}`;
    const rows = members.get(name);
    if (rows) rows.push(row);
    else members.set(name, [row]);
  }
  for (const [name, rows] of members) builder.add(rows, name);
  return builder;
}

/** The number of a frame and all else of its name, which the frames of one run share; null without a number. */
export function frameOf(image: string): { sequence: string; number: number } | null {
  const match = /^(.*?)(\d+)(\D*)$/.exec(image);
  if (match === null) return null;
  const [, before = '', digits = '', after = ''] = match;
  return { sequence: `${before}#${after}`, number: Number(digits) };
}

/** @param left 16 hex digits */
function differentBits(left: string, right: string): number {
  const half = (hash: string, from: number) => Number.parseInt(hash.slice(from, from + 8), 16);
  return bitCount(half(left, 0) ^ half(right, 0)) + bitCount(half(left, 8) ^ half(right, 8));
}

function cosine(left: Float32Array | null, right: Float32Array | null): number {
  if (left === null || right === null || left.length !== right.length) return 0;
  let [product, ofLeft, ofRight] = [0, 0, 0];
  for (let at = 0; at < left.length; at++) {
    const [a, b] = [left[at] as number, right[at] as number];
    product += a * b;
    ofLeft += a * a;
    ofRight += b * b;
  }
  return product / Math.sqrt(ofLeft * ofRight || 1);
}

class ClusterBuilder implements Clusters {
  readonly keys: Int32Array;
  readonly names: string[] = [];

  constructor(size: number) {
    this.keys = new Int32Array(size).fill(-1);
  }

  /** Fewer than two are no cluster. */
  add(rows: readonly number[], name: string): void {
    if (rows.length < 2) return;
    for (const row of rows) this.keys[row] = this.names.length;
    this.names.push(name);
  }
}
