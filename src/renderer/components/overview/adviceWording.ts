import type { Overview } from '../../../shared/overview.ts';
import { WORTHWHILE_PER_HUNDRED } from '../../../shared/reviewYield.ts';
import type { Advice } from '../../../shared/stopAdvice.ts';
import { formatCount, formatPercent, plural } from '../../wording.ts';

/** What to do, and the sentences that say why. */
export interface AdviceWords {
  title: string;
  reasons: string[];
}

const TITLES: Record<Advice, string> = {
  nothing: 'No label can be judged yet',
  begin: 'Begin with the queue',
  'go-on': 'Worth going on',
  overrated: 'The queue promises more than it holds',
  audit: 'Check what the queue misses',
  missed: 'The queue is used up, but wrong labels are left',
  stop: 'You can stop here',
};

/** The advice when to stop, and its reasoning. */
export function adviceWords(overview: Overview): AdviceWords {
  if (overview.advice === 'nothing') {
    const reason =
      'No image that was read has a label that GReFEL knows a probability of. Map the classes on the Open screen, or scan again where an older version read the images.';
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
    `Of the last ${plural(viewed, 'image')} of the queue ${formatCount(wrong)} had a wrong label (${formatPercent(share.low)} to ${formatPercent(share.high)}).`,
  ];
}

function aheadReason({ advice, unreviewed, left, yield: measured }: Overview): string[] {
  if (unreviewed === 0) return ['Every image that GReFEL could judge has a verdict.'];
  const next = `Of the next hundred about ${formatCount(measured.nextPerHundred ?? 0)} are expected to be wrong.`;
  if (advice === 'begin' || advice === 'go-on' || advice === 'overrated') {
    return [
      next,
      `Below ${WORTHWHILE_PER_HUNDRED} in a hundred comes after ${plural(measured.imagesWorthwhile, 'more image')}, with about ${formatCount(measured.errorsWorthwhile)} wrong ones among them.`,
    ];
  }
  const chance = formatPercent(left.estimate / unreviewed);
  const rest = `Among the ${plural(unreviewed, 'image')} without a verdict about ${chance} are wrong.`;
  if (advice === 'audit') {
    return [
      next,
      'The queue cannot say what it misses: only a random sample can. Draw one, and judge at least 30 of it.',
    ];
  }
  if (advice === 'missed')
    return [rest, 'Another order (filters, another score, class by class) may find them.'];
  return [next, rest];
}

function basis({ audit }: Overview): string {
  const sampled = audit !== null && audit.counted >= 20;
  if (sampled) {
    return `The estimates are corrected by ${plural(audit.counted, 'image')} that were drawn at random.`;
  }
  return 'The estimates rest on calibrated probabilities alone; a random sample would check them.';
}
