import { WORTHWHILE_PER_HUNDRED } from '../../labelQuality/reviewYield.ts';
import type { Advice } from '../../labelQuality/stopAdvice.ts';
import type { Overview } from '../../protocol/overview.ts';
import { formatCount, formatPercent, plural } from '../ui/wording.ts';

/** The advice, and the sentences that explain it. */
export interface AdviceWords {
  title: string;
  reasons: string[];
}

const TITLES: Record<Advice, string> = {
  nothing: 'No estimate yet',
  begin: 'Start with the queue',
  'go-on': 'Keep going',
  overrated: 'The queue has fewer wrong labels than estimated',
  audit: 'Check what the queue misses',
  missed: 'The queue is done, but wrong labels are left',
  stop: 'You can stop here',
};

/** The advice when to stop, and its reasoning. */
export function adviceWords(overview: Overview): AdviceWords {
  if (overview.advice === 'nothing') {
    const reason =
      'No scanned image has a label that GReFEL can compare. Map the classes on the Open screen, or scan again if an older version scanned the images.';
    return { title: TITLES.nothing, reasons: [reason] };
  }
  return {
    title: TITLES[overview.advice],
    reasons: [...recentReason(overview), ...aheadReason(overview), basis(overview)],
  };
}

function recentReason({ yield: { recent } }: Overview): string[] {
  if (recent === null) return [];
  const { viewed, wrong, share } = recent;
  return [
    `Of the last ${plural(viewed, 'image')} reviewed, ${formatCount(wrong)} had a wrong label (${formatPercent(share.low)} to ${formatPercent(share.high)}).`,
  ];
}

function aheadReason({ advice, unreviewed, left, yield: measured }: Overview): string[] {
  if (unreviewed === 0) return ['Every scanned image is reviewed.'];
  const next = `About ${formatCount(measured.nextPerHundred ?? 0)} of the next 100 are expected to be wrong.`;
  if (advice === 'begin' || advice === 'go-on' || advice === 'overrated') {
    return [
      next,
      `After about ${plural(measured.imagesWorthwhile, 'more image')} (${formatCount(measured.errorsWorthwhile)} wrong) the rate falls below ${WORTHWHILE_PER_HUNDRED} %.`,
    ];
  }
  const chance = formatPercent(left.estimate / unreviewed);
  const rest = `About ${chance} of the ${plural(unreviewed, 'unreviewed image')} are wrong.`;
  if (advice === 'audit') {
    return [
      next,
      'Only a random sample shows what the queue misses. Draw one and review at least 30 of its images.',
    ];
  }
  if (advice === 'missed') return [rest, 'Try another order or filter, or go class by class, to find them.'];
  return [next, rest];
}

function basis({ audit }: Overview): string {
  const sampled = audit !== null && audit.counted >= 20;
  if (sampled) {
    return `The estimates are corrected by a random sample of ${plural(audit.counted, 'image')}.`;
  }
  return 'These are model estimates; check them with a random sample.';
}
