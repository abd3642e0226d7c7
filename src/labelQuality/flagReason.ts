import { formatPercent } from '../domain/percent.ts';
import { type LabelProbabilities, likeliestOther, probabilityOf } from './labelProbabilities.ts';

interface FlagFacts {
  probabilities: LabelProbabilities;
  given: number | null;
  /** Likely wrong enough, all things considered. */
  flagged: boolean;
  /** Names of the dataset's classes, by label. */
  classNames: readonly string[];
  /** Names of the classes of the closest reference faces, nearest first; may be empty. */
  anchors: readonly string[];
  /** The model of the predictions. */
  readBy: string;
}

/** Why an image is flagged, or not: sentences of facts, true in either case. */
export function explainFlag(facts: FlagFacts): string {
  return `${explainProbabilities(facts)}${explainAnchors(facts.anchors)}`;
}

function explainProbabilities({ probabilities, given, flagged, classNames, readBy }: FlagFacts): string {
  const percentOf = (label: number) => formatPercent(probabilityOf(probabilities, label) ?? 0);
  const named = (label: number) => `${classNames[label]} (${percentOf(label)})`;
  const best = likeliestOther(probabilities, given);
  if (given === null) {
    return best === null ? 'No label is given.' : `No label is given; ${readBy} suggests ${named(best)}.`;
  }
  const right = probabilityOf(probabilities, given);
  if (right === null) {
    const unknown = `${readBy} has no class matching "${classNames[given]}"`;
    return best === null ? `${unknown}.` : `${unknown}; it suggests ${named(best)}.`;
  }
  if (best === null) return `${readBy} has no other class to compare with ${classNames[given]}.`;
  const other = probabilityOf(probabilities, best) ?? 0;
  if (flagged && other > right) return `${readBy} sees ${named(best)}, not ${named(given)}.`;
  if (flagged && right < 0.5) {
    return `The other classes together are more likely than ${named(given)}; the likeliest of them is ${named(best)}.`;
  }
  if (flagged) return `${named(given)} is most likely, but ${named(best)} is likely enough for a flag.`;
  if (other > right) {
    return `${named(best)} is more likely than ${named(given)}, but not likely enough for a flag.`;
  }
  return `${readBy} agrees with ${named(given)}; next is ${named(best)}.`;
}

function explainAnchors(names: readonly string[]): string {
  const [first] = names;
  if (first === undefined) return '';
  const others = names.findIndex((name) => name !== first);
  const run = others === -1 ? names.length : others;
  if (run === 1) return ` The closest reference face is ${first}.`;
  return ` The ${run} closest reference faces are ${run === 2 ? 'both' : 'all'} ${first}.`;
}
