import type { EarlierColumns } from './earlierColumns.ts';

/** The columns of the review index on which the selections of the queue depend. */
export interface SelectableRows {
  readonly size: number;
  readonly given: Int16Array;
  readonly suggested: Int16Array;
  readonly split: Int16Array;
  readonly status: Uint8Array;
  readonly scanned: Uint8Array;
  readonly unreadable: Uint8Array;
  readonly trainedOn: Uint8Array;
  readonly auditPlace: Int32Array;
  readonly roundPlace: Int32Array;
  readonly selection: Uint8Array;
  readonly share: Uint8Array;
  readonly disagreement: Uint8Array;
  readonly issues: Uint32Array;
  readonly hasIssues: boolean;
  readonly earlier: EarlierColumns | null;
  readonly flaggedAt: number;
  /** Whether a label is among those to look at. */
  isListed(row: number): boolean;
}
