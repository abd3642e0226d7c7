/** Whose or what's images belong together: a head that saw one of them knows the others. */
export type GroupedBy = 'subject' | 'video';

/** Names of a source's columns that say so, by letters alone and without "id" or "name" at their end. */
const COLUMN_NAMES: Record<GroupedBy, readonly string[]> = {
  subject: ['subject', 'person', 'participant', 'identity', 'actor', 'user', 'speaker', 'model', 'character'],
  video: ['video', 'clip', 'movie', 'sequence', 'session'],
};

/** A group so large that nothing would be left to learn its images' labels from. */
const LARGEST_SHARE = 0.6;

/** The column of a source that tells subjects apart, or else videos; null where none does. */
export function groupingColumn(columns: readonly string[]): { name: string; by: GroupedBy } | null {
  for (const by of ['subject', 'video'] as const) {
    const name = columns.find((column) => COLUMN_NAMES[by].includes(plainName(column)));
    if (name !== undefined) return { name, by };
  }
  return null;
}

function plainName(column: string): string {
  return column
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '')
    .replace(/(?<=.)(id|name)$/, '');
}

/**
 * Joins groups of copies whose images show one subject.
 * @param copies [N] a number that copies share, at most N - 1
 * @param subjects [N] '' for an image of which it is not known
 * @returns [N] a number that the images of a group share; null where one group would be most of the dataset
 */
export function joinBySubject(copies: Int32Array, subjects: readonly string[]): Int32Array | null {
  const parent = Int32Array.from(copies, (_, image) => image);
  const root = (image: number): number => {
    let at = image;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number;
      at = parent[at] as number;
    }
    return at;
  };
  const firstOfCopies = new Map<number, number>();
  const firstOfSubject = new Map<string, number>();
  for (const [image, group] of copies.entries()) {
    parent[root(image)] = root(firstOrSelf(firstOfCopies, group, image));
    const subject = subjects[image] as string;
    if (subject !== '') parent[root(image)] = root(firstOrSelf(firstOfSubject, subject, image));
  }
  const joined = parent.map((_, image) => root(image));
  const sizes = new Map<number, number>();
  for (const group of joined) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return Math.max(0, ...sizes.values()) > LARGEST_SHARE * joined.length ? null : joined;
}

function firstOrSelf<Key>(firsts: Map<Key, number>, key: Key, image: number): number {
  const first = firsts.get(key);
  if (first === undefined) firsts.set(key, image);
  return first ?? image;
}
