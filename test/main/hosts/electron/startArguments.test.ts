import { describe, expect, it } from 'vitest';
import { readStartArguments } from '../../../../src/main/hosts/electron/startArguments.ts';

const read = (...args: string[]) => readStartArguments(['/app', ...args], '/home/ann', false);

describe('the arguments of the desktop app', () => {
  it('name a folder, as an absolute path', () => {
    expect(read('faces')).toMatchObject({ folder: '/home/ann/faces', settings: { offersLast: false } });
  });

  it('name a project file by its path or, as file managers do, by its address', () => {
    expect(read('faces.grefel')).toMatchObject({ folder: '/home/ann/faces.grefel' });
    expect(read('file:///home/ann/my%20faces.grefel')).toMatchObject({ folder: '/home/ann/my faces.grefel' });
  });

  it('ask for the dataset that was opened last where they name none', () => {
    expect(read('--last')).toMatchObject({ folder: null, settings: { offersLast: true } });
    expect(read('--last', 'faces')).toMatchObject({ settings: { offersLast: false } });
    expect(read()).toMatchObject({ folder: null, settings: { offersLast: false } });
  });

  it('keep to the values that the options have', () => {
    expect(read('--threads', '2', '--views', 'one').settings).toMatchObject({ threads: 2, views: 'one' });
    expect(() => read('--views', 'ten')).toThrow();
  });
});
