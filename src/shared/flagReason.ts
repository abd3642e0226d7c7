import type { AnchorMatch } from './reliability.ts';
import { bestOtherLabel, type LabelDistribution } from './scores.ts';

export interface FlagFacts {
  /** Corrected distribution over the dataset's classes. */
  distribution: LabelDistribution;
  given: number | null;
  /** More likely wrong than right, all things considered. */
  flagged?: boolean;
  /** Names of the dataset's classes, by label. */
  classNames: readonly string[];
  /** Nearest first; may be empty. */
  anchors: readonly AnchorMatch[];
  /** Names of the MODEL's classes, by `classIndex` of an anchor, in the dataset's spelling where mapped. */
  anchorClassNames: readonly string[];
  /** Who read the image. */
  readBy?: string;
}

/** Why an image is flagged, or not: one sentence of facts, true in either case. */
export function explainFlag(facts: FlagFacts): string {
  return `${explainReading(facts)}${explainAnchors(facts)}.`;
}

function explainReading({ distribution, given, flagged, classNames, readBy = 'GReFEL' }: FlagFacts): string {
  const named = (label: number) => {
    const probability = distribution[label];
    return probability == null ? classNames[label] : `${classNames[label]} (${probability.toFixed(2)})`;
  };
  const best = bestOtherLabel(distribution, given);
  if (given === null)
    return best ? `No label is given; ${readBy} reads ${named(best.label)}` : 'No label is given';
  const probability = distribution[given];
  if (probability == null) {
    const unknown = `The model has no class for the label ${classNames[given]}`;
    return best ? `${unknown}; ${readBy} reads ${named(best.label)}` : unknown;
  }
  if (!best) return `${readBy} has no other class to compare with ${named(given)}`;
  if (best.probability > probability) {
    return `${readBy} reads ${named(best.label)} where the label says ${named(given)}`;
  }
  if (best.probability === probability)
    return `${readBy} cannot tell ${named(given)} from ${named(best.label)}`;
  if (flagged)
    return `${readBy} reads ${named(given)} and ${named(best.label)}, and the label ${classNames[given]} is often wrong here`;
  return `${readBy} agrees with ${named(given)}; next is ${named(best.label)}`;
}

function explainAnchors({ anchors, anchorClassNames }: FlagFacts): string {
  const names = anchors.map((anchor) => anchorClassNames[anchor.classIndex] ?? `class ${anchor.classIndex}`);
  const [first] = names;
  if (first === undefined) return '';
  const others = names.findIndex((name) => name !== first);
  const run = others === -1 ? names.length : others;
  if (run === 1) return `; its nearest anchor is ${first}`;
  return `; its ${run} nearest anchors are ${run === 2 ? 'both' : 'all'} ${first}`;
}
