import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ListedSample, ProjectFile } from '../../../src/main/project/index.ts';
import { scanOrder } from '../../../src/main/scan/scanOrder.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const CLASSES = ['anger', 'fear', 'happiness', 'neutral', 'sadness'];
const PER_CLASS = 200;

/** Images class by class, as datasets are mostly listed. */
function listedProject(place: (ordinal: number) => Partial<ListedSample> = () => ({})): ProjectFile {
  const project = ProjectFile.openForWriting(join(temporaryFolder(), 'project.sqlite'));
  onTestFinished(() => project.close());
  project.dataset.addClasses(CLASSES);
  project.transaction(() => {
    for (let ordinal = 0; ordinal < CLASSES.length * PER_CLASS; ordinal++) {
      const image = `${ordinal}.png`;
      const givenClass = Math.floor(ordinal / PER_CLASS);
      const file = { split: null, problem: null, sizeBytes: 1, mtimeMs: 1 };
      project.samples.list({ ordinal, image, path: image, givenClass, ...file, ...place(ordinal) });
    }
  });
  return project;
}

const classOf = (id: number) => Math.floor((id - 1) / PER_CLASS);

describe('the order of a scan', () => {
  it('holds every class from the start, in about equal parts, and each image once', async () => {
    const order = [...(await scanOrder(listedProject()))];
    expect(new Set(order).size).toBe(CLASSES.length * PER_CLASS);
    const early = CLASSES.map((_, label) => order.slice(0, 100).filter((id) => classOf(id) === label).length);
    for (const count of early) expect(count).toBeGreaterThan(8);
  });

  it('is continued by a scan that was stopped, whatever it has scanned', async () => {
    const project = listedProject();
    const order = [...(await scanOrder(project))];
    expect([...(await scanOrder(project))]).toEqual(order);
    for (const id of order.slice(0, 137)) project.samples.markUnreadable(id, 'damaged', null);
    expect([...(await scanOrder(project))]).toEqual(order.slice(137));
  });

  it('keeps together what is read together: the rows of a file, the faces of a photograph', async () => {
    const rows = [
      ...(await scanOrder(
        listedProject((row) => ({ path: 'a.parquet', region: { kind: 'parquet', row, column: 'image' } })),
      )),
    ];
    const breaks = (ids: number[]) =>
      ids.filter((id, place) => place > 0 && id !== (ids[place - 1] ?? 0) + 1);
    expect(breaks(rows).length).toBeLessThan(12);
    expect(rows).not.toEqual([...rows].sort((a, b) => a - b));

    const box = { kind: 'box', left: 0, top: 0, width: 1, height: 1 } as const;
    const faces = [
      ...(await scanOrder(listedProject((face) => ({ path: `${face >> 2}.jpg`, region: box })))),
    ];
    for (let start = 0; start < faces.length; start += 4) {
      const photographs = faces.slice(start, start + 4).map((id) => (id - 1) >> 2);
      expect(new Set(photographs).size).toBe(1);
    }
  });
});
