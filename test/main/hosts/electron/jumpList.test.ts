import { expect, it } from 'vitest';
import { jumpListOf } from '../../../../src/main/hosts/electron/jumpList.ts';

it('the task bar starts the app with a recent folder, whatever its name', () => {
  const { items } = jumpListOf(['D:\\my faces\\RAF DB', 'E:\\'], 'C:\\grefel.exe');
  expect(items?.map(({ title, args }) => [title, args])).toEqual([
    [expect.stringMatching(/RAF DB$/), '"D:\\my faces\\RAF DB"'],
    [expect.any(String), '"E:\\\\"'],
  ]);
  expect(items?.every(({ type, program }) => type === 'task' && program === 'C:\\grefel.exe')).toBe(true);
});
