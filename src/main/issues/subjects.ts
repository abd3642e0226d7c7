/** Which images belong together, by subject or video: a model that learned from one of them knows the others. */
type GroupedBy = 'subject' | 'video';

/** Names of a source's columns that say so, by letters alone and without "id" or "name" at their end. */
const COLUMN_NAMES: Record<GroupedBy, readonly string[]> = {
  subject: ['subject', 'person', 'participant', 'identity', 'actor', 'user', 'speaker', 'model', 'character'],
  video: ['video', 'clip', 'movie', 'sequence', 'session'],
};

/** The column of a dataset that identifies subjects, or else videos; null if none does. */
export function groupingColumn(columns: readonly string[]): { column: string; by: GroupedBy } | null {
  for (const by of ['subject', 'video'] as const) {
    const column = columns.find((name) => COLUMN_NAMES[by].includes(plainName(name)));
    if (column !== undefined) return { column, by };
  }
  return null;
}

function plainName(column: string): string {
  return column
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '')
    .replace(/(?<=.)(id|name)$/, '');
}
