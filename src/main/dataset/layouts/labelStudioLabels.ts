import type { Node } from 'jsonc-parser';
import { emotionOf } from '../../../domain/emotions.ts';
import { type WordRecord, wordRecord } from '../../../domain/wordRecord.ts';
import { memberOf, numberOf, textOf } from '../readers/jsonItems.ts';
import { isLabelColumn } from '../readers/tableColumns.ts';
import { ownText } from '../readers/textWindow.ts';

/** A label that one annotator gave: of the picture, or of a region of it. */
export interface GivenLabel {
  /** The text of the label; null for a region without one. */
  label: Node | null;
  /** The value with x, y, width and height; null for the picture as a whole. */
  box: Node | null;
  /** The result that is removed with the row, and its neighbours in the list. */
  part: Node;
  previous: Node | undefined;
  next: Node | undefined;
  /** Other choices, by the name of the control. */
  further: WordRecord<string>;
}

/** One row of a task: the majority's label of the picture or the region. */
export interface TaskLabel {
  given: GivenLabel;
  /** Where the other annotators of the majority say the same. */
  also: Node[];
  annotators: number;
  /** [label, annotators], most first. */
  votes: [label: string, count: number][];
  /** As many annotators say something else. */
  isTie: boolean;
}

/** Boxes of two annotators that overlap so far are of one face. */
const SAME_REGION = 0.5;

/** The labels of a task by majority. Cancelled annotations do not count; a ground truth decides alone. */
export function labelsOfTask(task: Node): TaskLabel[] {
  const annotations = (memberOf(task, 'annotations')?.children ?? []).filter(
    (each) => memberOf(each, 'was_cancelled')?.value !== true,
  );
  const truths = annotations.filter((each) => memberOf(each, 'ground_truth')?.value === true);
  const groups: GivenLabel[][] = [];
  for (const annotation of truths.length > 0 ? truths : annotations) {
    const taken = new Set<GivenLabel[]>();
    for (const given of labelsOf(annotation)) {
      const same = groups.find(([first]) => first !== undefined && isSamePart(first, given));
      const group = same === undefined || taken.has(same) ? [] : same;
      if (group.length === 0) groups.push(group);
      group.push(given);
      taken.add(group);
    }
  }
  return groups.map(decide);
}

function decide(group: GivenLabel[]): TaskLabel {
  const byLabel = Map.groupBy(
    group.filter(({ label }) => label !== null),
    ({ label }) => String(label?.value),
  );
  const ranked = [...byLabel].sort(([, a], [, b]) => b.length - a.length);
  const [, winners = group] = ranked[0] ?? [];
  const [given, ...others] = winners;
  return {
    given: given as GivenLabel,
    also: others.flatMap(({ label }) => label ?? []),
    annotators: group.length,
    votes: ranked.map(([label, votes]) => [label, votes.length]),
    isTie: ranked[1]?.[1].length === winners.length,
  };
}

/** Choices for regions where there are any, else one for the picture, else labels of rectangles. */
function labelsOf(annotation: Node): GivenLabel[] {
  const results = memberOf(annotation, 'result')?.children ?? [];
  const given = (kind: string) =>
    results.flatMap((part, index): GivenLabel[] => {
      const value = memberOf(part, 'value');
      const chosen = memberOf(value, kind);
      if (value === undefined || chosen === undefined) return [];
      const box = memberOf(value, 'width') === undefined ? null : value;
      const [label = null] = chosen.children ?? [];
      return [{ label, box, part, previous: results[index - 1], next: results[index + 1], further: {} }];
    });
  const choices = given('choices');
  const rectangles = given('rectanglelabels');
  const regional = choices.filter(({ box }) => box !== null);
  if (regional.length === 0) return choices.length > 0 ? [bestOf(choices)] : rectangles;
  const byRegion = Map.groupBy(regional, ({ part }) => regionOf(part));
  const labelled = [...byRegion.values()].map(bestOf);
  const unlabelled = rectangles.filter(({ part }) => !byRegion.has(regionOf(part)));
  return [...labelled, ...unlabelled.map((rectangle) => ({ ...rectangle, label: null }))];
}

/** Of several controls the one about emotions; the others become columns. */
function bestOf(choices: GivenLabel[]): GivenLabel {
  const speaks = ({ label, part }: GivenLabel) =>
    (emotionOf(String(label?.value)) === null ? 0 : 2) + (isLabelColumn(controlOf(part)) ? 1 : 0);
  const best = choices.toSorted((a, b) => speaks(b) - speaks(a))[0] as GivenLabel;
  const others = choices.filter((choice) => choice !== best);
  return {
    ...best,
    further: wordRecord(
      others.flatMap(({ part, label }) => {
        const text = textOf(label ?? undefined);
        return text === undefined ? [] : [[controlOf(part), text]];
      }),
    ),
  };
}

function controlOf(part: Node): string {
  return textOf(memberOf(part, 'from_name')) ?? '';
}

function regionOf(part: Node): string {
  return ownText(String(memberOf(part, 'id')?.value ?? part.offset));
}

function isSamePart(a: GivenLabel, b: GivenLabel): boolean {
  if (a.box === null || b.box === null) return a.box === b.box;
  const [one, other] = [sidesOf(a.box), sidesOf(b.box)];
  const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
  const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  const shared = Math.max(0, across) * Math.max(0, down);
  return shared > 0 && shared / (one.area + other.area - shared) >= SAME_REGION;
}

function sidesOf(box: Node) {
  const [left = 0, top = 0, width = 0, height = 0] = ['x', 'y', 'width', 'height'].map((side) =>
    numberOf(memberOf(box, side)),
  );
  return { left, top, right: left + width, bottom: top + height, area: width * height };
}
