import { describe, expect, it } from 'vitest';
import { chooseFraming } from '../../src/domain/framing/chooseFraming.ts';
import { describeFraming, type Framing } from '../../src/domain/framing/framing.ts';
import { FACE_PIXELS, MeanFace } from '../../src/domain/framing/meanFace.ts';
import { minimise } from '../../src/domain/framing/minimise.ts';
import { registerFaces } from '../../src/domain/framing/registerFaces.ts';
import { pictureToFrame, reference, PICTURE_SIDE as SIDE } from '../support/framedFaces.ts';

/** For a dataset whose faces need this framing. */
async function facesToFrame(framing: Framing, images = 50): Promise<MeanFace> {
  const picture = await pictureToFrame(framing);
  const faces = new MeanFace();
  for (let image = 0; image < images; image++) faces.add(picture, SIDE);
  return faces;
}

describe('the framing of a dataset', () => {
  it.each([
    { scaleX: 1.33, scaleY: 0.98, shiftX: 0, shiftY: -0.04 },
    { scaleX: 0.72, scaleY: 0.8, shiftX: 0.03, shiftY: 0.06 },
    { scaleX: 1.2, scaleY: 1.4, shiftX: -0.03, shiftY: 0 },
  ])('is found from its mean face alone: $scaleX $scaleY $shiftX $shiftY', async (framing) => {
    const found = registerFaces((await facesToFrame(framing, 2)).mean(), reference);
    expect(found.after).toBeGreaterThan(0.97);
    for (const name of ['scaleX', 'scaleY', 'shiftX', 'shiftY'] as const) {
      expect(Math.abs(found.framing[name] - framing[name]), name).toBeLessThan(0.03);
    }
  });

  it('is none for faces that are as the model knows them, or nearly', async () => {
    const asTheyAre = { scaleX: 1, scaleY: 1, shiftX: 0, shiftY: 0 };
    expect(chooseFraming(await facesToFrame(asTheyAre), reference).framing).toBeNull();
    expect(chooseFraming(await facesToFrame({ ...asTheyAre, scaleX: 1.03 }), reference).framing).toBeNull();
  });

  it('is none where there are few images, or no faces on them', async () => {
    const stretched = { scaleX: 1.3, scaleY: 1, shiftX: 0, shiftY: 0 };
    expect(chooseFraming(await facesToFrame(stretched, 39), reference).framing).toBeNull();
    expect(chooseFraming(await facesToFrame(stretched, 40), reference).framing).not.toBeNull();
    const noise = new MeanFace();
    const plain = new MeanFace();
    let state = 1;
    for (let image = 0; image < 60; image++) {
      plain.add(new Uint8Array(SIDE * SIDE * 3).fill(image), SIDE);
      const grain = Uint8Array.from({ length: SIDE * SIDE * 3 }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state >>> 24;
      });
      noise.add(grain, SIDE);
    }
    expect(chooseFraming(noise, reference).framing).toBeNull();
    expect(chooseFraming(plain, reference)).toEqual({ framing: null, images: 0, before: null, after: null });
  });

  it('is told by what becomes of faces', () => {
    expect(describeFraming({ scaleX: 1.337, scaleY: 0.983, shiftX: -0.003, shiftY: -0.044 })).toBe(
      'faces 75 % as wide and 102 % as high, moved down by 4 %',
    );
  });
});

it('the reference has one face in the middle, as even as a mean of thousands is', () => {
  expect(reference).toHaveLength(FACE_PIXELS);
  const { before, after } = registerFaces(reference, reference);
  expect([before, after]).toEqual([expect.closeTo(1, 2), expect.closeTo(1, 2)]);
});

it('a minimum is found without derivatives', () => {
  const found = minimise(([x = 0, y = 0]) => (1 - x) ** 2 + 100 * (y - x * x) ** 2, [0.9, 0.9]);
  expect(found.map((value) => Math.round(100 * value) / 100)).toEqual([1, 1]);
});
