import { describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../../../src/main/hosts/cli/program.ts';

describe('a blank name is wrong usage', () => {
  it.each([
    [['export', 'faces', '--out', ' '], '--out is blank'],
    [['export', 'faces', '--out', 'a.csv', '--report', ''], '--report is blank'],
    [['merge', 'a.csv', '', '--out', 'b.csv'], '<files> is blank'],
    [['merge', 'a.csv', '--out', '\t'], '--out is blank'],
    [['apply', 'faces', 'a.csv', '--annotator', ' '], '--annotator is blank'],
    [['scan', ''], '<folder> is blank'],
    [['flags', 'faces', '--project', ''], '--project is blank'],
    [['eval', 'faces', '--truth', ' '], '--truth is blank'],
  ])('%j', async (args, message) => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      expect(await runCommand(args)).toBe(2);
      expect(write).toHaveBeenCalledExactlyOnceWith(`grefel: ${message}\n`);
    } finally {
      write.mockRestore();
    }
  });
});
