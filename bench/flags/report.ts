import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { wrongLabelWeights } from '../../src/labelQuality/wrongLabel.ts';
import type { Difference, Row } from './comparison.ts';
import { type Goal, signed } from './goals.ts';
import type { FerPredictions } from './problems.ts';

const README = resolve(import.meta.dirname, 'README.md');
const START = '<!-- table: written by run.ts -->';
const END = '<!-- end of the table -->';

export interface FilterRow {
  name: string;
  precision: number;
  recall: number;
  f1: number;
}

export interface Report {
  fer: FerPredictions;
  rows: Row[];
  goals: Goal[];
  /** Ours minus each peer's AUPRC, by group of rows. */
  overall: Record<string, Map<string, Difference>>;
  filters: FilterRow[];
  seeds: number[];
  rounds: number;
}

/** Puts the tables into the README, between its markers. */
export function writeReport(report: Report): void {
  const text = readFileSync(README, 'utf8');
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${README} has lost the markers of its table`);
  writeFileSync(README, `${text.slice(0, start)}${START}\n${reportText(report)}${text.slice(end)}`);
}

function reportText({ fer, rows, goals, overall, filters, seeds, rounds }: Report): string {
  const provenance = wrongLabelWeights.provenance;
  return `
Measured ${new Date().toISOString().slice(0, 10)} with ${fer.model.name} ${fer.model.version} (ONNX SHA-256 ${fer.modelSha256.slice(0, 12)}), onnxruntime-node on the CPU, Node
${process.versions.node}; weights learned on ${String(provenance.learntOn)} from ${String(provenance.model)}; noise seeds ${seeds.join(', ')}; ${rounds} resamples of the images, paired.

| | images | wrong | AUPRC ours | best peer | difference (95 %) | precision at #errors ours | best peer | difference (95 %) | calibration error | suggestion right |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.map(rowText).join('\n')}

Goals for the score, and what was measured:

| | measured | |
| --- | --- | --- |
${goals.map(({ goal, measured, met }) => `| ${goal} | ${measured} | ${met ? 'met' : '**missed**'} |`).join('\n')}

AUPRC of each:

| | ours | ${[...(rows[0]?.peers.keys() ?? [])].join(' | ')} |
| --- | --- | ${[...(rows[0]?.peers.keys() ?? [])].map(() => '---').join(' | ')} |
${rows.map((row) => `| ${row.name} | ${four(row.ours.auprc)} | ${[...row.peers.values()].map(({ auprc }) => four(auprc)).join(' | ')} |`).join('\n')}

Ours minus each peer's AUPRC over the rows of a group, with the 95 % interval:

| | ${Object.keys(overall).join(' | ')} |
| --- | ${Object.keys(overall)
    .map(() => '---')
    .join(' | ')} |
${overallText(overall)}

Labels called wrong, on FER2013's labels (all test images, corrected distribution):

| | precision | recall | F1 |
| --- | --- | --- | --- |
${filters.map(({ name, precision, recall, f1 }) => `| ${name} | ${three(precision)} | ${three(recall)} | ${three(f1)} |`).join('\n')}

`;
}

function rowText(row: Row): string {
  const { auprc, precision } = row.best;
  return `| ${[
    row.name,
    row.images,
    row.errors,
    four(row.ours.auprc),
    `${four(row.peers.get(auprc)?.auprc)} ${auprc}`,
    range(row.differences.auprc),
    four(row.ours.precision),
    `${four(row.peers.get(precision)?.precision)} ${precision}`,
    range(row.differences.precision),
    three(row.calibrationError),
    three(row.suggestionAccuracy),
  ].join(' | ')} |`;
}

function overallText(overall: Report['overall']): string {
  const groups = Object.values(overall);
  const methods = [...(groups[0]?.keys() ?? [])];
  return methods
    .map((method) => {
      const cells = groups.map((group) => {
        const difference = group.get(method);
        return difference === undefined ? '' : range(difference);
      });
      return `| ${method} | ${cells.join(' | ')} |`;
    })
    .join('\n');
}

function range({ mean, low, high }: Difference): string {
  return `${signed(mean)} (${signed(low)} to ${signed(high)})`;
}

function three(value: number): string {
  return value.toFixed(3);
}

function four(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(4);
}
