import type { Show } from '../../../protocol/queue.ts';
import type { Screen } from '../../client/route.ts';

/** What an empty queue means, and the screen that can fill it. */
interface EmptyQueueText {
  title: string;
  text: string;
  screen?: { name: Screen; title: string };
}

/** Queues whose emptiness means something whether or not the images are scanned. */
export const EMPTY_QUEUES: Partial<Record<Show, EmptyQueueText>> = {
  unreadable: {
    title: 'Every image could be read',
    text: 'Files that cannot be read appear here, with the reason.',
  },
  unlabelled: {
    title: 'Every image has a label',
    text: 'Images without a label appear here, for you to label.',
  },
  'trained-on': {
    title: 'The model has not seen these images',
    text: 'None of the scanned images was in its training data, so its predictions are independent evidence.',
  },
  audit: {
    title: 'No random sample was drawn',
    text: 'Draw one on the overview: it shows how many wrong labels the queue misses.',
    screen: { name: 'overview', title: 'Overview' },
  },
  share: {
    title: 'Nothing is assigned to you',
    text: 'Images are assigned to annotators by name on the Team screen.',
    screen: { name: 'team', title: 'Team' },
  },
  round: {
    title: 'No blind round is open',
    text: 'A blind round mixes likely errors, random images and some that you reviewed before, without telling which is which.',
    screen: { name: 'team', title: 'Team' },
  },
  selection: {
    title: 'Nothing is selected on the map',
    text: 'Draw a lasso around images on the map to review them as a queue.',
    screen: { name: 'map', title: 'Map' },
  },
  disagreements: {
    title: 'No disagreements',
    text: 'Images that people labelled differently appear here to be resolved. Import other people’s decisions on the Team screen.',
    screen: { name: 'team', title: 'Team' },
  },
};

/** The same for results that need a scan of every image. */
export const EMPTY_AFTER_SCAN: Partial<Record<Show, EmptyQueueText>> = {
  'copies-disagree': {
    title: 'No duplicates with different labels',
    text: 'Images that occur more than once with different labels appear here.',
  },
  copies: {
    title: 'No duplicates',
    text: 'Images that occur more than once, exactly or nearly, appear here.',
  },
  outlier: {
    title: 'No outliers',
    text: 'Images unlike the rest of the dataset, such as drawings among photographs, appear here.',
  },
  ambiguous: {
    title: 'No mixed emotions',
    text: 'Images with two labels that are about equally likely appear here.',
  },
  'low-quality': {
    title: 'No image is tiny, blurred or dark',
    text: 'Images on which a face is hard to see appear here.',
  },
  unusable: {
    title: 'Every face is usable',
    text: 'Images without a usable face appear here.',
  },
  'no-face': { title: 'A face was found in every image', text: 'Images without one appear here.' },
  'several-faces': {
    title: 'No image has several faces',
    text: 'Images with more than one appear here: each face is its own item.',
  },
  'newly-flagged': { title: 'No label is newly flagged', text: 'The previous run flagged the same labels.' },
  'no-longer-flagged': {
    title: 'No flag was dropped',
    text: 'Labels that only the previous run flagged appear here.',
  },
  'suggestion-changed': {
    title: 'No suggestion changed',
    text: 'The previous run suggested the same labels.',
  },
};
