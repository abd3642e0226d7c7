import { describe, expect, it } from 'vitest';
import { describeEnd } from '../../../src/main/processes/index.ts';

const FRAMES =
  '\n    at process.emit (node:events:514:28)\n    at process.processTicksAndRejections\n\nNode.js v24.21.0';
const HOW = 'it exited with 1';

describe('the end of a process', () => {
  it.each([
    ['nothing', '', HOW],
    ['a native library', 'terminate called\n  what():  std::bad_alloc\n', `${HOW}: what():  std::bad_alloc`],
    [
      'an exception',
      `file:///app/core.js:18\n            throw e;\n            ^\n\nError: out of memory${FRAMES}`,
      `${HOW}: out of memory`,
    ],
    [
      'an exception of many lines',
      `file:///app/parse.js:18\n            throw e;\n            ^\n\nZodError: [\n  {\n    "expected": "number"\n  }\n]${FRAMES}`,
      HOW,
    ],
  ])('is described in one line, from what it wrote: %s', (_, stderr, described) => {
    expect(describeEnd(HOW, stderr)).toBe(described);
  });
});
