import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../../../src/main/hosts/cli/program.ts';
import { freshlyScannedApi } from '../../../support/apiHost.ts';
import { type ColourName, makeColourDataset } from '../../../support/colourDataset.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

/** Folders 1 to 3, which stand for happiness, sadness and anger; the first image of the first is in the wrong one. */
const COLOURS = ['happiness', 'sadness', 'anger'] as const;
const NUMBERED: Record<string, ColourName> = Object.fromEntries(
  Array.from({ length: 15 }, (_, index) => [
    `${(index % 3) + 1}/${index}.png`,
    COLOURS[index === 0 ? 2 : index % 3] as ColourName,
  ]),
);

/** Exit code, and everything that a command prints. */
async function run(...args: string[]) {
  let printed = '';
  const take = (chunk: Uint8Array | string) => {
    printed += String(chunk);
    return true;
  };
  const spies = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
  for (const spy of spies) spy.mockImplementation(take as typeof process.stdout.write);
  try {
    return { code: await runCommand(args), printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

async function mappedDataset() {
  const api = await freshlyScannedApi((folder) => makeColourDataset(folder, NUMBERED));
  const mapping = { 1: 'happiness', 2: 'sadness', 3: 'anger' };
  expect((await api.send('PUT', '/classes', { mapping })).status).toBe(200);
  await expect.poll(() => api.host.workspace.runningJob).toBeNull();
  for (const [annotator, label] of [
    ['ann', 1],
    ['bob', 2],
  ] as const) {
    await api.send('PUT', '/annotator', { name: annotator });
    await api.send('POST', '/verdicts', { sampleIds: [1], verdict: 'relabelled', label });
  }
  return api;
}

describe('classes that are numbers', () => {
  it('are shown by what they mean in what every command prints, and in the team’s disagreements', async () => {
    const { folder, get, host } = await mappedDataset();
    const predictions = join(temporaryFolder(), 'predictions.csv');
    const images = host.workspace.index;
    const rows = Array.from({ length: images.size }, (_, row) => `${images.image(row)},.9,.1`);
    writeFileSync(predictions, ['image,1,2', ...rows].join('\n'));
    const { agreement } = (await get('/team')).body as { agreement: { disagreements: object[] } };
    const votes = [
      { annotator: 'ann', outcome: '2', title: 'sadness (2)' },
      { annotator: 'bob', outcome: '3', title: 'anger (3)' },
    ];
    expect(agreement.disagreements).toMatchObject([{ votes }]);
    await host.close();

    const expected: [words: string[], ...args: string[]][] = [
      [['ann: sadness (2)', 'bob: anger (3)'], 'agreement', folder],
      [['"title": "sadness (2)"', '"outcome": "2"'], 'agreement', folder, '--json'],
      [['happiness (1)', 'sadness (2)', 'anger (3)'], 'flags', folder, '--all'],
      [['"title_given": "anger (3)"', '"label_given": "3"'], 'flags', folder, '--all', '--json'],
      [['happiness (1)', '5 of 5'], 'flags', folder, '--all', '--class', 'happiness (1)'],
      [['classes are happiness (1), sadness (2), anger (3)'], 'flags', folder, '--class', 'joy'],
      [['happiness (1)', 'anger (3)'], 'quality', folder],
      [['"title": "happiness (1)"', '"name": "1"'], 'quality', folder, '--json'],
      [["no predictions for the dataset's anger (3)"], 'import-predictions', folder, predictions],
    ];
    for (const [words, ...args] of expected) {
      const { printed } = await run(...args);
      for (const word of words) expect(printed, args.join(' ')).toContain(word);
    }
  });
});

describe('a class whose name has control characters', () => {
  it('stays on its line', async () => {
    const images = { 'new\nclass/1.png': 'anger', 'happy/1.png': 'happiness' } as const;
    const api = await freshlyScannedApi((folder) => makeColourDataset(folder, images));
    const { folder } = api.host.workspace;
    await api.host.close();
    const { printed } = await run('scan', folder);
    expect(printed).toContain('no class for new\\nclass (1)');
    expect(printed).toContain('--map "new\\nclass=');
  });
});
