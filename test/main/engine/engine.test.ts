import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ModelOutputs } from '../../../src/domain/inference.ts';
import { IMAGE_VIEWS } from '../../../src/domain/model.ts';
import { type Engine, type EngineResult, startEngine } from '../../../src/main/engine/index.ts';
import { providersToTry } from '../../../src/main/engine/providers.ts';
import { makingWay } from '../../../src/main/processes/index.ts';
import { asItems, everyModel, imagePaths, tinyModel } from './models.ts';

const crashingDecoder = path.join(import.meta.dirname, '../decoding/crashingDecoder.ts');
let folder: string;
const open: Engine[] = [];

async function start(options: Partial<Parameters<typeof startEngine>[0]> = {}): Promise<Engine> {
  const engine = await startEngine({ modelPath: tinyModel, provider: 'cpu', ...options });
  open.push(engine);
  return engine;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'grefel-engine-'));
});
afterAll(async () => {
  await Promise.all(open.map((engine) => engine.close()));
  await rm(folder, { recursive: true });
});

function outputsOf(result: EngineResult | undefined): ModelOutputs {
  if (!result?.ok) throw new Error(result ? result.problem : 'no result');
  return result.outputs;
}

/** A copy of a real image under a name that crashingDecoder.ts acts on. */
async function imageNamed(name: string): Promise<string> {
  const file = path.join(folder, name);
  await copyFile(imagePaths[0] as string, file);
  return file;
}

describe.each(everyModel)('%s', (modelPath) => {
  it.each(IMAGE_VIEWS)('gives an image the same result alone and in any batch, views %s', async (views) => {
    const engine = await start({ modelPath, views });
    const items = asItems(imagePaths.slice(0, 8));
    const together = await engine.infer(items);
    const reversed = (await engine.infer([...items].reverse())).reverse();
    for (const [i, item] of items.entries()) {
      const [alone] = await engine.infer([item]);
      for (const other of [together[i], reversed[i]]) {
        const [a, b] = [outputsOf(alone), outputsOf(other)];
        for (const name of ['primary', 'corrected', 'geometric', 'attentive'] as const) {
          a[name].forEach((value, c) => {
            expect(Math.abs(value - (b[name][c] as number))).toBeLessThan(1e-5);
          });
        }
        expect(Math.abs(a.confidenceCorrected - b.confidenceCorrected)).toBeLessThan(1e-5);
      }
    }
  });
});

describe('the engine', () => {
  it.skipIf(process.platform === 'win32')(
    'leaves nothing behind that onnxruntime would report its use from',
    async () => {
      const home = path.join(folder, 'home');
      await mkdir(home);
      for (const name of ['HOME', 'XDG_CACHE_HOME', 'TMPDIR']) vi.stubEnv(name, home);
      const engine = await start();
      await engine.infer(asItems(imagePaths.slice(0, 2)));
      await engine.close();
      vi.unstubAllEnvs();
      expect(await readdir(home)).toEqual([]);
    },
  );

  it('answers several calls in flight, each with its own images in order', async () => {
    const engine = await start();
    const calls = [imagePaths.slice(0, 5), imagePaths.slice(5, 12), imagePaths.slice(12, 14), []];
    const answers = await Promise.all(calls.map((paths) => engine.infer(asItems(paths))));
    answers.forEach((results, call) => {
      expect(results.map((result) => result.id)).toEqual(calls[call]?.map((_, id) => id));
      expect(results.every((result) => result.ok)).toBe(true);
    });
  });

  it('gives the facts of a file, and a problem for one that it cannot read', async () => {
    const engine = await start();
    const text = path.join(folder, 'text.png');
    await writeFile(text, 'not an image');
    const missing = path.join(folder, 'missing.png');
    const [good, broken, absent] = await engine.infer(asItems([imagePaths[0] as string, text, missing]));
    expect(good).toMatchObject({ ok: true, image: { format: 'jpeg' } });
    expect(broken).toMatchObject({ ok: false, file: { sizeBytes: 12 } });
    expect(absent).toMatchObject({ ok: false, file: null });
  });

  it('reports the image that ends the process which decodes it, and predicts all the others', async () => {
    const engine = await start({ decoding: { entry: crashingDecoder } });
    const culprit = await imageNamed('kills-the-decoder.jpg');
    const calls = [[imagePaths[1], culprit, imagePaths[2]], [imagePaths[3]]] as string[][];
    const [first, second] = await Promise.all(calls.map((paths) => engine.infer(asItems(paths))));
    expect(first?.map((result) => result.ok)).toEqual([true, false, true]);
    expect(first?.[1]).toMatchObject({ problem: 'the decoder crashed on this image' });
    expect(second?.[0]?.ok).toBe(true);
    expect(engine.restarts).toBe(0);
  });

  it('blames no image for a decoder that died once', async () => {
    const engine = await start({ decoding: { entry: crashingDecoder } });
    const results = await engine.infer(
      asItems([await imageNamed('kills-once.jpg'), imagePaths[1] as string]),
    );
    expect(results.every((result) => result.ok)).toBe(true);
  });

  it('continues after kill -9 while it infers', async () => {
    const engine = await start();
    const pid = engine.pid as number;
    const calls = Array.from({ length: 6 }, () => engine.infer(asItems(imagePaths)));
    process.kill(pid, 'SIGKILL');
    for (const results of await Promise.all(calls)) expect(results.every((result) => result.ok)).toBe(true);
    expect(engine.restarts).toBe(1);
  });

  it('blames no image however often its processes are killed', async () => {
    const engine = await start();
    const kill = (pid: number | null) => pid !== null && process.kill(pid, 'SIGKILL');
    let ticks = 0;
    const killing = setInterval(() => {
      if (engine.restarts >= 8) return;
      kill(engine.pid);
      if (++ticks % 20 === 0) engine.decoderPids.forEach(kill);
    }, 150);
    const results: Awaited<ReturnType<typeof engine.infer>> = [];
    // However fast this machine is, until enough processes have died.
    while (engine.restarts <= 3) {
      const calls = Array.from({ length: 10 }, () => engine.infer(asItems(imagePaths.slice(0, 8))));
      results.push(...(await Promise.all(calls)).flat());
    }
    clearInterval(killing);
    expect(results.filter((result) => !result.ok)).toEqual([]);
    expect(engine.restarts).toBeGreaterThan(3);
  });

  it('ends at once when it is closed', async () => {
    const engine = await start();
    const call = engine.infer(asItems(imagePaths));
    const rejection = expect(call).rejects.toMatchObject({ code: 'interrupted' });
    await engine.close();
    await rejection;
    await expect(engine.infer(asItems(imagePaths))).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('says why a process does not start', async () => {
    await expect(start({ entry: path.join(import.meta.dirname, 'dyingEngine.ts') })).rejects.toMatchObject({
      code: 'engine-failed',
      message: expect.stringContaining('libexample.so.1'),
    });
  });

  it('refuses a provider that is not here, with how to get it', async () => {
    const absent = process.platform === 'win32' ? 'coreml' : 'dml';
    await expect(start({ provider: absent })).rejects.toMatchObject({
      code: 'provider-missing',
      hint: expect.stringContaining('docs/providers.md'),
    });
  });

  it('falls back by itself and says so', async () => {
    const engine = await start({ provider: 'auto' });
    const { requested, used, fallbacks } = engine.provider;
    expect(requested).toBe('auto');
    if (used === 'cpu') expect(fallbacks).toHaveLength(providersToTry('auto').length - 1);
  });

  it('tries CUDA by itself only where there is an NVIDIA GPU', () => {
    expect(providersToTry('auto', 'linux', () => true)).toEqual(['cuda', 'cpu']);
    expect(providersToTry('auto', 'linux', () => false)).toEqual(['cpu']);
    expect(providersToTry('cuda', 'linux', () => false)).toEqual(['cuda']);
  });

  it('starts its processes as it is told, those that decode too', async () => {
    const engine = await start({ startProcess: makingWay() });
    for (const pid of [engine.pid as number, ...engine.decoderPids])
      expect(os.getPriority(pid)).toBe(os.constants.priority.PRIORITY_BELOW_NORMAL);
  });
});
