import { STATUSES } from '../../domain/verdicts.ts';
import type { MapPoints } from '../../protocol/map.ts';
import type { Session } from '../shell/session.svelte.ts';
import { describeDecision, formatCount } from '../ui/wording.ts';

interface SeenAs {
  session: Session;
  /** The model's predictions are hidden. */
  blind: boolean;
  chosen: boolean;
}

/** A point of the map in a sentence, for who does not see it. */
export function describePoint(points: MapPoints, index: number, { session, blind, chosen }: SeenAs): string {
  const given = session.classAt(points.given[index] ?? null);
  const suggested = blind ? null : session.classAt(points.suggested[index] ?? null);
  const status = STATUSES[points.status[index] ?? 0] ?? 'unreviewed';
  const parts = [
    given ? `labelled ${given.title}` : 'no label',
    suggested ? `${session.readBy} suggests ${suggested.title}` : '',
    !blind && points.flagged[index] ? 'likely wrong' : '',
    status === 'unreviewed' ? '' : describeDecision(status, session.classAt(points.label[index] ?? null)),
    chosen ? 'chosen' : '',
  ];
  return `Image ${formatCount(index + 1)}: ${parts.filter((part) => part !== '').join(', ')}.`;
}
