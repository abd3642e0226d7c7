import { expect, it } from 'vitest';
import type { JobProgress } from '../../../src/protocol/api.ts';
import { JobFollower } from '../../../src/renderer/shell/jobSigns.ts';

const JOB: JobProgress = {
  kind: 'scan',
  state: 'running',
  done: 0,
  total: 300,
  imagesPerSecond: 1,
  secondsLeft: null,
  error: null,
};
const none = { progress: null, ended: null };

it('the desktop shows how far a job is, and tells of the end of a long one', () => {
  const follower = new JobFollower();
  expect(follower.follow(null, 0)).toEqual(none);
  expect(follower.follow(JOB, 0)).toEqual({ progress: 0, ended: null });
  expect(follower.follow({ ...JOB, done: 100 }, 5000)).toEqual({ progress: 0.33, ended: null });
  expect(follower.follow({ ...JOB, state: 'paused', done: 100 }, 6000)).toEqual(none);
  const end = { ...JOB, state: 'done', done: 300 } as const;
  expect(follower.follow(end, 20_000)).toEqual({
    progress: null,
    ended: 'The scan is done after 300 images.',
  });
  expect(follower.follow(end, 20_001)).toEqual(none);
});

it.each([
  ['done', 19_999],
  ['cancelled', 60_000],
] as const)('nobody is told of a job that is %s after %d ms', (state, ms) => {
  const follower = new JobFollower();
  follower.follow(JOB, 0);
  expect(follower.follow({ ...JOB, state }, ms)).toEqual(none);
});
