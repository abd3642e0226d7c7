import type { Node } from 'jsonc-parser';
import { type JsonFile, memberOf, textOf } from '../readers/jsonItems.ts';

/** Fields that hold labels by their usual names, the surest first. */
const USUAL = ['ground_truth', 'label', 'labels', 'expression', 'emotion'];
const LABEL_CLASS = /^(Classification|Detections)$/;
/** A model's prediction is no label. */
const PREDICTED = /pred|infer|model|output|logit|score/i;
const SAMPLES_LOOKED = 500;

/**
 * The field of FiftyOne's samples that holds the labels, one for the whole dataset: if a sample has none, a
 * model's prediction must not replace it.
 */
export async function labelFieldOf(json: JsonFile): Promise<string | null> {
  const fields = new Map<string, { isPredicted: boolean; count: number }>();
  let looked = 0;
  for await (const { node } of json.items('samples')) {
    for (const [name, value] of labelFields(node)) {
      const field = fields.get(name) ?? { isPredicted: PREDICTED.test(name), count: 0 };
      fields.set(name, field);
      field.count += 1;
      if (hasConfidence(value)) field.isPredicted = true;
    }
    if (++looked === SAMPLES_LOOKED) break;
  }
  const usual = USUAL.find((name) => fields.has(name));
  const [given] = [...fields]
    .filter(([, { isPredicted }]) => !isPredicted)
    .sort((a, b) => b[1].count - a[1].count);
  return usual ?? given?.[0] ?? null;
}

function* labelFields(sample: Node): Generator<[name: string, value: Node]> {
  for (const { children: [name, value] = [] } of sample.children ?? []) {
    const isLabel = value !== undefined && LABEL_CLASS.test(textOf(memberOf(value, '_cls')) ?? '');
    if (isLabel) yield [String(name?.value), value];
  }
}

function hasConfidence(value: Node): boolean {
  const parts = [value, ...(memberOf(value, 'detections')?.children ?? [])];
  return parts.some((part) => typeof memberOf(part, 'confidence')?.value === 'number');
}
