import { describe, expect, it } from 'vitest';
import { htmlTable } from '../../../src/main/export/html.ts';

describe('a table of the report', () => {
  it('aligns columns of numbers to the right, their headings too, whether they have signs or percent signs', () => {
    const html = htmlTable(
      ['class', 'images', 'share', 'difference', 'status'],
      [
        ['anger', 1024, '88.6 %', '+3', 'kept'],
        ['fear', 2, '0.1 %', '-3', '12'],
      ],
    );
    expect(html).toContain('<th scope="col" class="number">share</th>');
    expect(html).toContain(
      '<td class="number">1,024</td><td class="number">88.6 %</td><td class="number">+3</td>',
    );
    expect(html).toContain('<th scope="col">status</th>');
    expect(html).toContain('<td>12</td>');
    expect(html).toContain('<th scope="row">anger</th>');
  });
});
