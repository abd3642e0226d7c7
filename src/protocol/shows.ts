import { type ImageIssue, ISSUE_LIST, type Issue } from '../labelQuality/issues/index.ts';

/** A selection of images that a queue can show, before its filters. */
export interface ImageSelection {
  /** Names it in requests, in the page's address and in saved views. */
  id: string;
  title: string;
  /**
   * Offered in any dataset; once it is scanned; or once a model has predicted it, to people who may see what the model
   * suggests.
   */
  needs: 'nothing' | 'scan' | 'model';
  /** Offered only while it has images: it depends on a search for faces, an assignment, a round, or a second run. */
  occasional?: true;
  /** Text when no image has it, and the screen that can fill it. */
  empty?: { title: string; text: string; screen?: { name: 'overview' | 'map' | 'team'; title: string } };
}

const ISSUES_SHOWN = (ISSUE_LIST as readonly (ImageIssue & { id: Issue })[]).map(
  ({ id, title, empty, occasional }) => ({
    id,
    title,
    empty,
    needs: 'model' as const,
    ...(occasional && { occasional }),
  }),
);

/**
 * All of them, in the order in which they are offered. Which images one holds, and how many:
 * src/main/reviewIndex/selections.ts, where the compiler asks for each.
 */
export const SHOW_LIST = [
  {
    id: 'flagged',
    title: 'Likely wrong',
    needs: 'model',
  },
  {
    id: 'all',
    title: 'All images',
    needs: 'nothing',
  },
  ...ISSUES_SHOWN,
  {
    id: 'unreadable',
    title: 'Unreadable',
    needs: 'scan',
    empty: {
      title: 'Every image could be read',
      text: 'Files that cannot be read appear here, with the reason.',
    },
  },
  {
    id: 'unlabelled',
    title: 'No label',
    needs: 'nothing',
    empty: {
      title: 'Every image has a label',
      text: 'Images without a label appear here, for you to label.',
    },
  },
  {
    id: 'trained-on',
    title: 'In the model’s training data',
    needs: 'scan',
    empty: {
      title: 'The model has not seen these images',
      text: 'None of the scanned images was in its training data, so its predictions are independent evidence.',
    },
  },
  {
    id: 'audit',
    title: 'Random sample',
    needs: 'scan',
    empty: {
      title: 'No random sample was drawn',
      text: 'Draw one on the overview: it shows how many wrong labels the queue misses.',
      screen: { name: 'overview', title: 'Overview' },
    },
  },
  {
    id: 'selection',
    title: 'Map selection',
    needs: 'scan',
    empty: {
      title: 'Nothing is selected on the map',
      text: 'Draw a lasso around images on the map to review them as a queue.',
      screen: { name: 'map', title: 'Map' },
    },
  },
  {
    id: 'disagreements',
    title: 'Disagreements',
    needs: 'nothing',
    occasional: true,
    empty: {
      title: 'No disagreements',
      text: 'Images that people labelled differently appear here to be resolved. Import other people’s decisions on the Team screen.',
      screen: { name: 'team', title: 'Team' },
    },
  },
  {
    id: 'share',
    title: 'My assignment',
    needs: 'nothing',
    occasional: true,
    empty: {
      title: 'Nothing is assigned to you',
      text: 'Images are assigned to annotators by name on the Team screen.',
      screen: { name: 'team', title: 'Team' },
    },
  },
  {
    id: 'round',
    title: 'My round',
    needs: 'nothing',
    occasional: true,
    empty: {
      title: 'No blind round is open',
      text: 'A blind round mixes likely errors, random images and some that you reviewed before, without telling which is which.',
      screen: { name: 'team', title: 'Team' },
    },
  },
  {
    id: 'newly-flagged',
    title: 'Newly flagged',
    needs: 'model',
    occasional: true,
    empty: { title: 'No label is newly flagged', text: 'The previous run flagged the same labels.' },
  },
  {
    id: 'no-longer-flagged',
    title: 'No longer flagged',
    needs: 'model',
    occasional: true,
    empty: {
      title: 'No flag was dropped',
      text: 'Labels that only the previous run flagged appear here.',
    },
  },
  {
    id: 'suggestion-changed',
    title: 'Suggestion changed',
    needs: 'model',
    occasional: true,
    empty: {
      title: 'No suggestion changed',
      text: 'The previous run suggested the same labels.',
    },
  },
] as const satisfies readonly ImageSelection[];

export type Show = (typeof SHOW_LIST)[number]['id'];
export const SHOWS = SHOW_LIST.map(({ id }) => id) as [Show, ...Show[]];
