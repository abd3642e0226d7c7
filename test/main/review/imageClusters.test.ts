import { expect, it } from 'vitest';
import { frameOf } from '../../../src/main/review/imageClusters.ts';

it.each([
  ['a/clip_0012.png', { sequence: 'a/clip_#.png', number: 12 }],
  ['subject 7/12.jpg', { sequence: 'subject 7/#.jpg', number: 12 }],
  ['video.mp4#3', { sequence: 'video.mp4##', number: 3 }],
  ['a/face.png', null],
])('the frame number of %s is its last', (image, frame) => expect(frameOf(image)).toEqual(frame));
