import { describe, expect, it } from 'vitest';
import { readNpyScalar, writeNpyScalar } from '../../../src/main/dataset/readers/npyScalar.ts';
import { npy, npyInteger, npyText } from '../../support/layoutTrees.ts';

const float64 = Buffer.from('000000000000e03f', 'hex');

describe('a NumPy file of one value', () => {
  it.each([
    ['<i8', npyInteger(7), '7'],
    ['<U2', npyText('10'), '10'],
    ['<U3 with room', npyText('4', 3), '4'],
    ['|S1', npy('|S1', Buffer.from('6')), '6'],
    ['<i4', npy('<i4', Buffer.from('ffffffff', 'hex')), '-1'],
    ['>i2', npy('>i2', Buffer.from('0003', 'hex')), '3'],
    ['|u1', npy('|u1', Buffer.of(9)), '9'],
    ['<f8', npy('<f8', float64), '0.5'],
  ])('of type %s is read', (_, bytes, value) => {
    expect(readNpyScalar(bytes).value).toBe(value);
  });

  it.each([
    [npyInteger(7), npyInteger(10)],
    [npyText('4'), npyText('10')],
    [npyText('10'), npyText('4', 2)],
    [npy('|S1', Buffer.from('6')), npy('|S1', Buffer.from('3'))],
    [npy('<i4', Buffer.from('ffffffff', 'hex')), npy('<i4', Buffer.from('05000000', 'hex'))],
  ])('is written as NumPy would with another', (before, after) => {
    expect(writeNpyScalar(before, readNpyScalar(after).value)).toEqual(after);
  });

  it.each([
    ['text', Buffer.from('hello, world, hello'), 'not a NumPy file'],
    ['a file that breaks off', npyInteger(7).subarray(0, 40), 'truncated'],
    ['half a value', npyInteger(7).subarray(0, -4), '4 bytes of data, expected 8'],
    ['objects', npy('|O', Buffer.alloc(8)), 'NumPy values of type |O'],
    [
      'an array',
      Buffer.from(npyInteger(7).toString('latin1').replace("'shape': (), ", "'shape': (3,)"), 'latin1'),
      'a NumPy array of shape (3,)',
    ],
  ])('that is %s is refused', (_, bytes, problem) => {
    expect(() => readNpyScalar(bytes)).toThrow(problem);
  });
});
