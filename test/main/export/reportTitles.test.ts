import { describe, expect, it } from 'vitest';
import { freshlyScannedApi } from '../../support/apiHost.ts';
import { type ColourName, makeColourDataset } from '../../support/colourDataset.ts';

/** Folders 1 to 3, which stand for happiness, sadness and anger. */
const NUMBERED: Record<string, ColourName> = Object.fromEntries(
  Array.from({ length: 12 }, (_, index) => [
    `${(index % 3) + 1}/${index}.png`,
    (['happiness', 'sadness', 'anger'] as const)[index % 3] as ColourName,
  ]),
);

describe('the report of an export', () => {
  it('shows numbered classes by what they were mapped to', async () => {
    const api = await freshlyScannedApi((folder) => makeColourDataset(folder, NUMBERED));
    const mapping = { 1: 'happiness', 2: 'sadness', 3: 'anger' };
    expect((await api.send('PUT', '/classes', { mapping })).status).toBe(200);
    const verdict = { sampleIds: [1], verdict: 'relabelled', label: 2, requestId: 'the-one-decision' };
    expect((await api.send('POST', '/verdicts', verdict)).status).toBe(200);
    const report = await (await api.request('/report.html?format=csv')).text();
    for (const title of ['happiness (1)', 'sadness (2)', 'anger (3)']) {
      expect(report.split(title).length - 1, title).toBeGreaterThanOrEqual(3); // counts, rows, columns
    }
    expect(report).not.toMatch(/<(td|th)[^>]*>[123]<\/th>/);
    expect(report).toMatch(
      /1\/0\.png<\/t[dh]>\s*<td[^>]*>happiness \(1\)<\/td>\s*<td[^>]*>anger \(3\)<\/td>/,
    );
  });
});
