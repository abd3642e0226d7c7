import type { Show } from '../../shared/queue.ts';
import type { Screen } from '../route.ts';

/** What it means that a queue holds nothing, and the screen that can fill it. */
interface EmptyQueueText {
  title: string;
  text: string;
  screen?: { name: Screen; title: string };
}

/** Queues whose emptiness says something whether or not the images were read. */
export const EMPTY_QUEUES: Partial<Record<Show, EmptyQueueText>> = {
  unreadable: {
    title: 'Every image could be read',
    text: 'A file that cannot be read comes here, with its reason.',
  },
  unlabelled: {
    title: 'Every image has a label',
    text: 'Images that the source lists without one come here, to be given theirs.',
  },
  'trained-on': {
    title: 'The model has not seen these images',
    text: 'None of the images read so far was in its training, so its reading is independent evidence for all of them.',
  },
  audit: {
    title: 'No random sample was drawn',
    text: 'The overview draws one: it tells how many wrong labels the queue misses.',
    screen: { name: 'overview', title: 'Overview' },
  },
  share: {
    title: 'No share is yours',
    text: 'Images are dealt to annotators on the Team screen, under the names that they give themselves.',
    screen: { name: 'team', title: 'Team' },
  },
  round: {
    title: 'You are in no round',
    text: 'A round mixes likely errors, images drawn at random and some of your own, so that you cannot tell which is which.',
    screen: { name: 'team', title: 'Team' },
  },
  selection: {
    title: 'Nothing is chosen on the map',
    text: 'Draw a line around images there, and they become a queue.',
    screen: { name: 'map', title: 'Map' },
  },
  disagreements: {
    title: 'Nobody disagrees',
    text: 'Images that several people judged differently come here for the last word. The Team screen takes in the verdicts of another.',
    screen: { name: 'team', title: 'Team' },
  },
};

/** The same of what only a scan of every image can tell. */
export const EMPTY_AFTER_SCAN: Partial<Record<Show, EmptyQueueText>> = {
  'copies-disagree': {
    title: 'No copies disagree',
    text: 'Pictures that are there more than once, with another label each time, would come here.',
  },
  copies: {
    title: 'No copies',
    text: 'Pictures that are there more than once, or nearly so, would come here.',
  },
  outlier: {
    title: 'No image is unlike all others',
    text: 'Images that GReFEL finds like no other, such as drawings among photographs, would come here.',
  },
  ambiguous: {
    title: 'No image shows two emotions',
    text: 'Images of which two labels are about equally likely would come here.',
  },
  'low-quality': {
    title: 'No image is tiny, blurred or dark',
    text: 'Images on which a face is hard to see would come here.',
  },
  unusable: {
    title: 'Every face is usable',
    text: 'Images without a face that can be judged would come here.',
  },
  'no-face': { title: 'A face was found in every image', text: 'Images without one would come here.' },
  'several-faces': {
    title: 'No image has several faces',
    text: 'Images with more than one would come here: each face is an image of its own.',
  },
  'newly-flagged': { title: 'No label is newly flagged', text: 'The run before flagged these labels too.' },
  'no-longer-flagged': {
    title: 'Every flag stands',
    text: 'Labels that only the run before flagged would come here.',
  },
  'suggestion-changed': { title: 'No suggestion changed', text: 'The run before suggested the same labels.' },
};
