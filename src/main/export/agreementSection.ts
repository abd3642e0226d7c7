import { perCent } from '../../domain/percent.ts';
import { formatCount, plural } from '../../domain/plural.ts';
import type { KappaEstimate } from '../../labelQuality/agreement.ts';
import type { AgreementReport } from '../../labelQuality/agreementReport.ts';
import { htmlTable } from './html.ts';

/** The report's section on agreement; empty if only one person has reviewed, once. */
export function agreementSection({ annotators, all, pairs, self, disagreements }: AgreementReport): string {
  if (pairs.length === 0 && self.length === 0) return '';
  const open = disagreements.filter(({ adjudicated }) => adjudicated === null).length;
  const rows = [
    ...pairs.map((pair) => row(pair.annotators.join(' and '), "Cohen's", pair)),
    ...(annotators.length > 2 ? [row('all annotators', "Fleiss'", all)] : []),
    ...self.map((own) => row(`${own.annotator}, repeated`, "Cohen's", own)),
  ];
  const columns = ['who', 'kappa', 'images', 'same decision', 'by chance', 'estimate', '95 % interval'];
  return `<h2>Agreement between annotators</h2>
${htmlTable(columns, rows)}<p>Votes before adjudication; excluded and ambiguous count as classes of their own. Annotators differ on ${plural(disagreements.length, 'image')}; ${formatCount(disagreements.length - open)} of them were adjudicated. Standard errors: Fleiss, Cohen and Everitt 1969 (two annotators), Gwet 2021 (more).</p>
`;
}

function row(who: string, kind: string, kappa: KappaEstimate): (string | number)[] {
  const share = (value: number | null) => (value === null ? '' : `${perCent(value)} %`);
  const decimals = (value: number | null) => (value === null ? 'undefined' : value.toFixed(3));
  const interval = kappa.low === null ? '' : `${decimals(kappa.low)} to ${decimals(kappa.high)}`;
  return [
    who,
    kind,
    kappa.images,
    share(kappa.observed),
    share(kappa.expected),
    decimals(kappa.kappa),
    interval,
  ];
}
