import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { DecodePool, type DecodePoolOptions } from '../../../src/main/decoding/decodePool.ts';
import { ALONE_LIMITS, SHARED_LIMITS } from '../../../src/main/decoding/limits.ts';
import type { DecoderRequest } from '../../../src/main/decoding/messages.ts';
import { forkChild, type StartProcess } from '../../../src/main/processes/index.ts';
import {
  deflateBombTiff,
  endlessTiff,
  manyValuesTiff,
  narrowPng,
  profileBombPng,
} from '../../support/hostileImages.ts';
import { imagePaths } from '../engine/models.ts';

const folder = mkdtempSync(join(os.tmpdir(), 'grefel-decoding-'));
afterAll(() => rmSync(folder, { recursive: true }));

const QUICK = { decodingMs: 1000, decodingMsPerMegapixel: 0 };
const crashingDecoder = join(import.meta.dirname, 'crashingDecoder.ts');

function poolOf(options: Partial<DecodePoolOptions> = {}): DecodePool {
  const pool = new DecodePool({
    processes: 1,
    order: 'oldest-first',
    sharedLimits: { ...SHARED_LIMITS, ...QUICK },
    aloneLimits: { ...ALONE_LIMITS, ...QUICK },
    ...options,
  });
  onTestFinished(() => pool.close());
  return pool;
}

const thumbnailOf = (path: string) =>
  ({ kind: 'thumbnail', source: { path, region: null }, side: 48 }) as const;
const good = imagePaths[0] as string;

/** The first of sides that tell jobs apart. */
const FIRST_SIDE = 20;

/** Starts processes as ever, and lists the sides of the thumbnails that they are handed. */
function listingSides(sides: number[]): StartProcess {
  return (program, listener) => {
    const child = forkChild(program, listener);
    return {
      pid: child.pid,
      kill: () => child.kill(),
      send(message) {
        const request = message as DecoderRequest;
        if (request.kind === 'job' && request.job.kind === 'thumbnail') sides.push(request.job.side);
        child.send(message);
      },
    };
  };
}

function fileOf(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function copyNamed(name: string): string {
  const path = join(folder, name);
  copyFileSync(good, path);
  return path;
}

/** The result for each of some pictures that are requested together. */
async function outcomes(pool: DecodePool, paths: string[]): Promise<string[]> {
  const settled = await Promise.allSettled(paths.map((path) => pool.run(thumbnailOf(path))));
  return settled.map((one) => (one.status === 'fulfilled' ? one.value.contentType : one.reason.message));
}

describe('a picture that takes a decoder for ever', () => {
  it('is a problem of its own; those beside it are decoded', async () => {
    const endless = fileOf('endless.tif', endlessTiff());
    const paths = [good, endless, good, good];
    const jpeg = 'image/jpeg';
    expect(await outcomes(poolOf(), paths)).toEqual([jpeg, 'it took too long to decode', jpeg, jpeg]);
  });

  it('takes no more memory than a process may have', async () => {
    const memoryBytes = 400e6;
    const pool = poolOf({
      sharedLimits: { ...SHARED_LIMITS, memoryBytes },
      aloneLimits: { ...ALONE_LIMITS, memoryBytes },
    });
    const bomb = fileOf('profile.png', profileBombPng(4e9));
    expect(await outcomes(pool, [bomb, good])).toEqual(['it takes too much memory to decode', 'image/jpeg']);
  });

  it.each([
    [
      'a strip that unpacks to 300 MB',
      deflateBombTiff(3e8),
      'damaged TIFF: it unpacks to more than its pixels',
    ],
    ['a directory that claims four thousand million values', manyValuesTiff(), 'image/jpeg'],
    ['65,535 pixels above each other', narrowPng(65_535), 'image/jpeg'],
    [
      '100 megapixels above each other',
      narrowPng(100_000_000),
      '1 x 100000000 pixels exceed the limit of 65,535 pixels a side',
    ],
  ])('is told at once by its file: %s', async (name, bytes, outcome) => {
    const begun = performance.now();
    expect(await outcomes(poolOf(), [fileOf(`${name.length}.bin`, bytes)])).toEqual([outcome]);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});

describe('a process that dies', () => {
  it('is the problem of the picture that ends fresh ones, alone, and of no other', async () => {
    const pool = poolOf({ entry: crashingDecoder });
    const culprit = copyNamed('kills-the-decoder.jpg');
    expect(await outcomes(pool, [good, culprit, good])).toEqual([
      'image/jpeg',
      'the decoder crashed on this image',
      'image/jpeg',
    ]);
  });

  it('is no problem of a picture that is decoded by the next one', async () => {
    const pool = poolOf({ entry: crashingDecoder });
    expect(await outcomes(pool, [copyNamed('kills-once.jpg'), good])).toEqual(['image/jpeg', 'image/jpeg']);
  });

  it('may be ended from outside again and again: no picture is blamed for that', async () => {
    const pool = poolOf({ processes: 2 });
    const all = outcomes(
      pool,
      Array.from({ length: 60 }, (_, index) => imagePaths[index % imagePaths.length] as string),
    );
    for (let kills = 0; kills < 8; kills++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      for (const pid of pool.pids) process.kill(pid, 'SIGKILL');
    }
    expect(new Set(await all)).toEqual(new Set(['image/jpeg']));
  });

  it('fails all where it cannot be started, and says why', async () => {
    const pool = poolOf({ entry: join(import.meta.dirname, '../engine/dyingEngine.ts') });
    await expect(pool.run(thumbnailOf(good))).rejects.toMatchObject({
      code: 'engine-failed',
      message: expect.stringContaining('libexample.so.1'),
    });
  });
});

describe('the line', () => {
  it('of a page takes the newest first, and of too many gives up the oldest', async () => {
    const handed: number[] = [];
    const pool = poolOf({ order: 'newest-first', mostWaiting: 3, startProcess: listingSides(handed) });
    const settled = await Promise.allSettled(
      Array.from({ length: 24 }, (_, index) => pool.run({ ...thumbnailOf(good), side: FIRST_SIDE + index })),
    );
    const givenUp = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect(givenUp).toEqual(Array(5).fill('busy'));
    // Sixteen were under way before the line was full, three waited. They may be done in another order.
    const underWay = Array.from({ length: 16 }, (_, index) => index);
    expect(handed.map((side) => side - FIRST_SIDE)).toEqual([...underWay, 23, 22, 21]);
  });

  it('drops what its page has turned away from', async () => {
    const pool = poolOf();
    const away = new AbortController();
    const under = Array.from({ length: 16 }, () => pool.run(thumbnailOf(good)));
    const dropped = pool.run(thumbnailOf(good), away.signal);
    const last = pool.run(thumbnailOf(good));
    away.abort();
    await expect(dropped).rejects.toMatchObject({ code: 'interrupted' });
    await Promise.all([...under, last]);
  });

  it('is over when the pool is closed', async () => {
    const pool = poolOf();
    const waiting = Array.from({ length: 8 }, () => pool.run(thumbnailOf(good)));
    const over = Promise.allSettled(waiting);
    pool.close();
    for (const one of await over) expect(one).toMatchObject({ reason: { code: 'interrupted' } });
  });
});

describe('a very large picture', () => {
  it('is decoded alone', async () => {
    const pool = poolOf({ sharedLimits: { ...SHARED_LIMITS, pixels: 10 } });
    expect(await outcomes(pool, [good, good])).toEqual(['image/jpeg', 'image/jpeg']);
    expect(pool.pids).toHaveLength(2);
  });
});
