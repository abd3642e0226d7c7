import { compareOverall, type Measured, type Row } from './comparison.ts';

/** A goal for the score, and what was measured. */
export interface Goal {
  goal: string;
  measured: string;
  met: boolean;
}

/** Rows of the table by what they measure; of (d) those in which ours may guess what the classes mean. */
export interface MeasuredRows {
  a: { all: Row; certain: Row };
  b: readonly Row[];
  d: readonly Row[];
}

const MEASURES: readonly { key: keyof Measured; name: string }[] = [
  { key: 'auprc', name: 'AUPRC' },
  { key: 'precision', name: 'precision at #errors' },
];
/** Of the best peer's missing part (1 - AUPRC) on FER2013's labels. */
const LEAST_CUT = 0.15;
const LEAST_RIGHT_SUGGESTIONS = 0.88;

export function goalsOf({ a, b, d }: MeasuredRows): Goal[] {
  const groups = { '(a)': [a.all, a.certain], '(b)': b, '(d)': d };
  const { all, certain } = a;
  const missingOfPeer = 1 - (all.peers.get(all.best.auprc) as Measured).auprc;
  const cut = 1 - (1 - all.ours.auprc) / missingOfPeer;
  return [
    ...MEASURES.map(({ key, name }) => neverBelow(Object.values(groups).flat(), key, name)),
    ...MEASURES.flatMap(({ key, name }) =>
      Object.entries(groups).map(([group, rows]) => aboveOverall(group, rows, key, name)),
    ),
    {
      goal: `(a), all: the missing part (1 - AUPRC) is at least ${percent(LEAST_CUT)} smaller than the best peer's`,
      measured: `${percent(cut)} smaller`,
      met: cut >= LEAST_CUT,
    },
    wellCalibrated('(a)', groups['(a)'], 0.05),
    wellCalibrated('(b)', b, 0.08),
    wellCalibrated('(d)', d, 0.08),
    {
      goal: `(a), certain: the suggestion is right on at least ${percent(LEAST_RIGHT_SUGGESTIONS)} of the wrong labels`,
      measured: percent(certain.suggestionAccuracy),
      met: certain.suggestionAccuracy >= LEAST_RIGHT_SUGGESTIONS,
    },
  ];
}

function neverBelow(rows: readonly Row[], key: keyof Measured, name: string): Goal {
  const below = rows.filter(({ differences }) => differences[key].high < 0);
  return {
    goal: `${name}: in no row of (a), (b), (d) significantly below the best peer`,
    measured: below.length === 0 ? `none of ${rows.length}` : below.map((row) => row.name).join('; '),
    met: below.length === 0,
  };
}

/** The best peer of a group is the one that ours exceeds least. */
function aboveOverall(group: string, rows: readonly Row[], key: keyof Measured, name: string): Goal {
  const [peer, { mean, low, high }] = [...compareOverall(rows, key)].reduce((nearest, entry) =>
    entry[1].mean < nearest[1].mean ? entry : nearest,
  );
  return {
    goal: `${name}: over ${group} as a whole significantly above the best peer`,
    measured: `${signed(mean)} (${signed(low)} to ${signed(high)}) against ${peer}`,
    met: low > 0,
  };
}

function wellCalibrated(group: string, rows: readonly Row[], most: number): Goal {
  const worst = rows.reduce((row, other) => (other.calibrationError > row.calibrationError ? other : row));
  return {
    goal: `calibration error under ${most} in each row of ${group}`,
    measured: `at most ${worst.calibrationError.toFixed(3)} (${worst.name})`,
    met: worst.calibrationError < most,
  };
}

/** With four decimals and its sign. */
export function signed(value: number): string {
  return `${value >= 0 ? '+' : ''}${value.toFixed(4)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
