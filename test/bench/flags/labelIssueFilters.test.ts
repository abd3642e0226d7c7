import { describe, expect, it } from 'vitest';
import { countIssues, FILTER_IDS, findLabelIssues } from '../../../bench/flags/labelIssueFilters.ts';
import { cleanlab, data } from '../../support/cleanlabGolden.ts';

describe.each(data)(`on data that is $name, as cleanlab ${cleanlab} has them`, (golden) => {
  const input = { ...golden, classes: golden.thresholds.length };

  it('the number of issues is', () => {
    expect(countIssues(input)).toBe(golden.issues);
  });

  it.each(FILTER_IDS)('the filter %s is', (filter) => {
    expect(findLabelIssues(input, filter).map(Number)).toEqual(golden.filters[filter]);
  });
});
