import { WORTHWHILE_PER_HUNDRED } from '../../labelQuality/reviewYield.ts';
import type { Advice } from '../../labelQuality/stopAdvice.ts';
import type { Overview } from '../../protocol/overview.ts';
import { formatCount, formatDuration, formatPercent, plural } from '../ui/wording.ts';

/** The advice, and the sentences that explain it. */
interface AdviceWords {
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

/** The share of the open labels that is wrong, and where the estimate comes from. */
export function leftWords(overview: Overview): string {
  const { left, unreviewed } = overview;
  if (unreviewed === 0) return 'Every scanned image is reviewed.';
  const of = `${formatPercent(left.estimate / unreviewed)} of the ${plural(unreviewed, 'image')} not reviewed yet.`;
  return `${of} ${basis(overview)}`;
}

function basis({ estimatedFrom, audit, reviewed }: Overview): string {
  if (estimatedFrom === 'audit')
    return `Estimated from the model’s probabilities and a random sample of ${plural(audit?.counted ?? 0, 'image')}.`;
  const by = reviewed === 0 ? '' : `, adjusted to your ${plural(reviewed, 'decision')}`;
  return `Estimated from the model’s probabilities${by}; a random sample would check it.`;
}

/** The advice when to stop, and its reasoning. */
export function adviceWords(overview: Overview): AdviceWords {
  if (overview.advice === 'nothing') {
    const reason =
      'No scanned image has a label that GReFEL can compare. Map the classes on the Open screen, or scan again if an older version scanned the images.';
    return { title: TITLES.nothing, reasons: [reason] };
  }
  const goesOn = overview.advice === 'begin' && overview.reviewed > 0;
  return {
    title: goesOn ? 'Continue with the queue' : TITLES[overview.advice],
    reasons: [...recentReason(overview), ...aheadReason(overview)],
  };
}

function recentReason({ yield: { recent } }: Overview): string[] {
  if (recent === null) return [];
  const { viewed, wrong, share } = recent;
  return [
    viewed === 1
      ? `The last image reviewed had a ${wrong === 1 ? 'wrong' : 'right'} label.`
      : `Of the last ${plural(viewed, 'image')} reviewed, ${formatCount(wrong)} had a wrong label (${formatPercent(share.low)} to ${formatPercent(share.high)}).`,
  ];
}

function aheadReason(overview: Overview): string[] {
  const { advice, unreviewed, yield: measured } = overview;
  if (unreviewed === 0) return ['Nothing is left to review.'];
  const next = `About ${formatCount(measured.nextPerHundred ?? 0)} of the next 100 are expected to be wrong.`;
  if (advice === 'begin' || advice === 'go-on' || advice === 'overrated') {
    const { imagesWorthwhile, errorsWorthwhile } = measured;
    return [
      next,
      `After about ${plural(imagesWorthwhile, 'more image')} (${formatCount(errorsWorthwhile)} wrong) the rate falls below ${WORTHWHILE_PER_HUNDRED} %.`,
      ...timeReason(overview),
    ];
  }
  if (advice === 'audit')
    return [
      next,
      'Only a random sample shows what the queue misses. Draw one and review at least 30 of its images.',
    ];
  if (advice === 'missed') return ['Try another order or filter, or go class by class, to find them.'];
  return [next];
}

function timeReason({ secondsPerImage, yield: { imagesWorthwhile } }: Overview): string[] {
  if (secondsPerImage === null) return [];
  const pace = plural(Math.round(60 / secondsPerImage), 'image');
  return [
    `At your pace, ${pace} a minute, that takes ${formatDuration(secondsPerImage * imagesWorthwhile)}.`,
  ];
}

/** What the decisions so far have changed. */
export function broughtWords({ reviewed, wrong, scored, estimated, left, unreviewed }: Overview): string {
  if (reviewed === 0) return 'Nothing is reviewed yet. Your decisions and what they changed appear here.';
  const before = scored === 0 ? 0 : estimated.estimate / scored;
  const after = unreviewed === 0 || scored === 0 ? 0 : left.estimate / scored;
  return `Of ${plural(reviewed, 'image')} reviewed, ${formatCount(wrong)} had a wrong label. About ${formatPercent(before)} of all labels were wrong as given; ${formatPercent(after)} are now.`;
}
