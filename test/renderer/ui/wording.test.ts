import { describe, expect, it } from 'vitest';
import type { DatasetClass } from '../../../src/protocol/api.ts';
import {
  asSentence,
  describeDecision,
  describeEntry,
  describeLabel,
  formatBytes,
  formatDuration,
  formatShare,
  plural,
} from '../../../src/renderer/ui/wording.ts';

const datasetClass = (index: number, name: string): DatasetClass => ({
  index,
  name,
  emotion: null,
  title: name,
  ownIndex: 0,
  guessed: null,
  misspelt: null,
  known: true,
  modelClasses: [],
  mapped: false,
  key: '',
  count: 0,
});
const fear = datasetClass(6, 'fear');
const surprise = datasetClass(2, 'surprise');

describe('the words of the page', () => {
  it.each([
    ['no space left', 'No space left'],
    ['there is no folder', 'There is no folder'],
    ['/no/such/folder does not exist', '/no/such/folder does not exist'],
    ['labels.csv has no header', 'labels.csv has no header'],
    ['sad/1.png is gone', 'sad/1.png is gone'],
  ])('begins "%s" as a sentence, but leaves names of files alone', (message, sentence) => {
    expect(asSentence(message)).toBe(sentence);
  });

  it('say what is wrong with a label', () => {
    expect(describeLabel(fear, surprise, 'read')).toBe('Labelled fear. Probably surprise.');
    expect(describeLabel(fear, fear, 'read')).toBe('Labelled fear. Probably right.');
    expect(describeLabel(null, surprise, 'read')).toBe('No label. Probably surprise.');
    expect(describeLabel(fear, null, 'pending')).toBe('Labelled fear. Not scanned yet.');
    expect(describeLabel(fear, null, 'vanished')).toBe('Labelled fear. The file is gone.');
  });

  it('call nothing probable that is less likely than not', () => {
    const at = (probability: number, held = false) => ({ held, probability });
    expect(describeLabel(fear, surprise, 'read', at(0.5))).toBe('Labelled fear. Probably surprise.');
    expect(describeLabel(fear, surprise, 'read', at(0.37))).toBe('Labelled fear. Perhaps surprise.');
    expect(describeLabel(fear, fear, 'read', at(0.37))).toBe('Labelled fear. Perhaps right.');
    expect(describeLabel(fear, surprise, 'read', at(0.9, true))).toBe('Labelled fear. Could it be surprise?');
  });

  it('say what was decided', () => {
    expect(describeDecision('relabelled', surprise)).toBe('relabelled as surprise');
    expect(describeDecision('kept', fear)).toBe('kept fear');
    expect(describeDecision('excluded', null)).toBe('excluded');
    const entry = { annotator: 'ada', note: '', decidedAt: '2026-01-01T00:00:00Z', role: 'vote' as const };
    expect(describeEntry({ ...entry, verdict: 'relabelled', label: 'anger' })).toBe('Relabelled as anger');
    expect(describeEntry({ ...entry, verdict: 'cleared', label: null })).toBe('Undone');
    expect(describeEntry({ ...entry, verdict: 'kept', label: null, role: 'repeat' })).toBe('Kept, repeated');
    expect(describeEntry({ ...entry, verdict: 'excluded', label: null, role: 'adjudication' })).toBe(
      'Excluded, resolved',
    );
  });

  it('never round a doubt up to a certainty', () => {
    expect([0, 0.5, 0.994, 0.9999, 1].map(formatShare)).toEqual(['0.00', '0.50', '0.99', '0.99', '1.00']);
  });

  it('keep figures short', () => {
    expect([0.2, 59, 61, 3540, 5400].map(formatDuration)).toEqual([
      '1 s',
      '59 s',
      '1 min',
      '59 min',
      '1 h 30 min',
    ]);
    expect([512, 1834, 2_500_000].map(formatBytes)).toEqual(['512 B', '1.8 kB', '2.5 MB']);
    expect([plural(1, 'image'), plural(1200, 'image')]).toEqual(['1 image', '1,200 images']);
  });
});
