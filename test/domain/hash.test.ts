import { expect, it } from 'vitest';
import { fnv1a, hashText } from '../../src/domain/hash.ts';

it('the hash of numbers is FNV-1a', () => {
  // Test vectors of http://www.isthe.com/chongo/src/fnv/test_fnv.c
  expect(fnv1a(Buffer.from(''))).toBe(0x811c9dc5);
  expect(fnv1a(Buffer.from('a'))).toBe(0xe40c292c);
  expect(fnv1a(Buffer.from('foobar'))).toBe(0xbf9cf968);
});

it('the hash of a text ends with the finaliser of MurmurHash3', () => {
  // MurmurHash3_x86_32 of nothing is its finaliser of the seed.
  expect(hashText('', 0)).toBe(0);
  expect(hashText('', 1)).toBe(0x514e28b7);
  expect(hashText('', 0xffffffff)).toBe(0x81f16f39);
});
