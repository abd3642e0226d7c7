import { type ImageIssue, ISSUE_LIST, type Issue } from '../../../labelQuality/issues/index.ts';
import type { Show } from '../../../protocol/queue.ts';
import type { Screen } from '../../client/route.ts';

/** A selection of images that a queue can show, as a person sees it. */
interface ShownSelection {
  title: string;
  colour: string;
  /**
   * Offered in any dataset; once it is scanned; or once a model has predicted it, to people who may see what the model
   * suggests.
   */
  needs: 'nothing' | 'scan' | 'model';
  /** Offered only while it has images: it depends on a search for faces, an assignment, a round, or a second run. */
  occasional?: true;
  /** What it means that it is empty, and the screen that can fill it. */
  empty?: { title: string; text: string; screen?: { name: Screen; title: string } };
}

/** The colours of issues; of others that of plain text. */
const ISSUE_COLOURS: Partial<Record<Issue, string>> = {
  'copies-disagree': 'var(--own-1)',
  copies: 'var(--own-2)',
  outlier: 'var(--own-0)',
  ambiguous: 'var(--own-3)',
  unusable: 'var(--red)',
  'no-face': 'var(--red)',
  'several-faces': 'var(--own-2)',
};

const ISSUES_SHOWN = Object.fromEntries(
  (ISSUE_LIST as readonly (ImageIssue & { id: Issue })[]).map(({ id, title, empty, occasional }) => [
    id,
    {
      title,
      empty,
      colour: ISSUE_COLOURS[id] ?? 'var(--muted)',
      needs: 'model',
      ...(occasional && { occasional }),
    },
  ]),
) as Record<Issue, ShownSelection>;

/** Which images each holds: `belongs` of src/main/reviewIndex. */
export const SHOWN: Readonly<Record<Show, ShownSelection>> = {
  flagged: { title: 'Likely wrong', colour: 'var(--amber-fill)', needs: 'model' },
  all: { title: 'All images', colour: 'var(--line-strong)', needs: 'nothing' },
  ...ISSUES_SHOWN,
  unreadable: {
    title: 'Unreadable',
    colour: 'var(--red)',
    needs: 'scan',
    empty: {
      title: 'Every image could be read',
      text: 'Files that cannot be read appear here, with the reason.',
    },
  },
  unlabelled: {
    title: 'No label',
    colour: 'var(--faint)',
    needs: 'nothing',
    empty: {
      title: 'Every image has a label',
      text: 'Images without a label appear here, for you to label.',
    },
  },
  'trained-on': {
    title: 'In the model’s training data',
    colour: 'var(--own-3)',
    needs: 'scan',
    empty: {
      title: 'The model has not seen these images',
      text: 'None of the scanned images was in its training data, so its predictions are independent evidence.',
    },
  },
  audit: {
    title: 'Random sample',
    colour: 'var(--own-0)',
    needs: 'scan',
    empty: {
      title: 'No random sample was drawn',
      text: 'Draw one on the overview: it shows how many wrong labels the queue misses.',
      screen: { name: 'overview', title: 'Overview' },
    },
  },
  selection: {
    title: 'Map selection',
    colour: 'var(--accent)',
    needs: 'scan',
    empty: {
      title: 'Nothing is selected on the map',
      text: 'Draw a lasso around images on the map to review them as a queue.',
      screen: { name: 'map', title: 'Map' },
    },
  },
  disagreements: {
    title: 'Disagreements',
    colour: 'var(--own-1)',
    needs: 'nothing',
    occasional: true,
    empty: {
      title: 'No disagreements',
      text: 'Images that people labelled differently appear here to be resolved. Import other people’s decisions on the Team screen.',
      screen: { name: 'team', title: 'Team' },
    },
  },
  share: {
    title: 'My assignment',
    colour: 'var(--accent)',
    needs: 'nothing',
    occasional: true,
    empty: {
      title: 'Nothing is assigned to you',
      text: 'Images are assigned to annotators by name on the Team screen.',
      screen: { name: 'team', title: 'Team' },
    },
  },
  round: {
    title: 'My round',
    colour: 'var(--accent)',
    needs: 'nothing',
    occasional: true,
    empty: {
      title: 'No blind round is open',
      text: 'A blind round mixes likely errors, random images and some that you reviewed before, without telling which is which.',
      screen: { name: 'team', title: 'Team' },
    },
  },
  'newly-flagged': {
    title: 'Newly flagged',
    colour: 'var(--amber-fill)',
    needs: 'model',
    occasional: true,
    empty: { title: 'No label is newly flagged', text: 'The previous run flagged the same labels.' },
  },
  'no-longer-flagged': {
    title: 'No longer flagged',
    colour: 'var(--green-fill)',
    needs: 'model',
    occasional: true,
    empty: {
      title: 'No flag was dropped',
      text: 'Labels that only the previous run flagged appear here.',
    },
  },
  'suggestion-changed': {
    title: 'Suggestion changed',
    colour: 'var(--own-0)',
    needs: 'model',
    occasional: true,
    empty: {
      title: 'No suggestion changed',
      text: 'The previous run suggested the same labels.',
    },
  },
};
