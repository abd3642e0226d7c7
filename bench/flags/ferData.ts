import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { unzipSync } from 'fflate';
import { EMOTIONS, type Emotion } from '../../src/domain/emotions.ts';

type Row = Record<string, string>;
export type Role = 'dev' | 'test';

/** One image of FER2013 with its hasty label and ten later votes. */
export interface FerImage {
  /** Relative to the folder of images. */
  image: string;
  role: Role;
  /** FER2013's own label; null where it is not known. */
  given: Emotion | null;
  /** FER+: the emotion with most votes. */
  truth: Emotion;
  /** At least seven of ten agree. */
  certain: boolean;
  /** [8] by EMOTIONS. */
  votes: number[];
}

/** An image and its votes, with or without a resulting truth. */
export interface VotedImage {
  image: string;
  /** [8] by EMOTIONS. */
  votes: number[];
  /** Of ten, those that could not name an emotion or saw no face. */
  rejected: number;
}

/** All images of one role, and the folder that they were unpacked to. */
export function loadVotes(
  ferFolder: string,
  cacheFolder: string,
  role: Role,
): { folder: string; images: VotedImage[] } {
  const roleOf = new Map(readTable(ferFolder, 'splits.csv').map(({ image, role }) => [image, role]));
  const images = readTable(ferFolder, 'labels.csv')
    .filter(({ image }) => roleOf.get(image) === role)
    .map((row) => ({ image: row.image as string, votes: votesOf(row), rejected: rejectedOf(row) }));
  const folder = join(cacheFolder, `fer-${role}-all`);
  unpack(join(ferFolder, 'images.zip'), folder, new Set(images.map(({ image }) => image)));
  return { folder, images };
}

/**
 * The images of roles dev and test that have a truth, and the folder that they were unpacked to.
 * @param ferFolder with images.zip, labels.csv and splits.csv
 */
export function loadFer(ferFolder: string, cacheFolder: string): { folder: string; images: FerImage[] } {
  const roleOf = new Map(readTable(ferFolder, 'splits.csv').map(({ image, role }) => [image, role]));
  const images: FerImage[] = [];
  for (const row of readTable(ferFolder, 'labels.csv')) {
    const role = roleOf.get(row.image);
    const truth = truthOf(row);
    if ((role !== 'dev' && role !== 'test') || truth === null) continue;
    const given = EMOTIONS.find((emotion) => emotion === row.fer2013_label) ?? null;
    images.push({ image: row.image as string, role, given, ...truth });
  }
  const folder = join(cacheFolder, 'fer');
  unpack(join(ferFolder, 'images.zip'), folder, new Set(images.map(({ image }) => image)));
  return { folder, images };
}

function truthOf(row: Row): Pick<FerImage, 'truth' | 'certain' | 'votes'> | null {
  const votes = votesOf(row);
  const most = Math.max(...votes);
  const tied = votes.filter((count) => count === most).length > 1;
  if (tied || rejectedOf(row) >= most) return null;
  return { truth: EMOTIONS[votes.indexOf(most)] as Emotion, certain: most >= 7, votes };
}

function votesOf(row: Row): number[] {
  return EMOTIONS.map((emotion) => Number(row[`votes_${emotion}`]));
}

function rejectedOf(row: Row): number {
  return Number(row.votes_unknown) + Number(row.votes_not_a_face);
}

function readTable(ferFolder: string, name: string): Row[] {
  return parse(readFileSync(join(ferFolder, name)), { columns: true });
}

function unpack(zip: string, folder: string, wanted: ReadonlySet<string>): void {
  if ([...wanted].every((name) => existsSync(join(folder, name)))) return;
  const files = unzipSync(readFileSync(zip), { filter: ({ name }) => wanted.has(name) });
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}
