import { unreadableKinds, unreadablePicture } from './fileKinds.ts';
import { type FolderListing, joinRelative } from './folderListing.ts';
import type { ProblemTally, Sentences } from './problemTally.ts';

/** Problems of the folder walk, in the form that every layout reports. */
export const LISTING_SENTENCES: Sentences = {
  ...unreadableSentences(),
  'leaving-link': (count, one) =>
    `${count} ${one ? 'link leads' : 'links lead'} out of the folder and ${one ? 'is' : 'are'} not followed; to follow ${one ? 'it' : 'them'}, use --follow-links or "Follow links" on the Open screen`,
  'repeated-link': (count, one) =>
    `${count} ${one ? 'link leads to a folder that is' : 'links lead to folders that are'} listed already, and ${one ? 'is' : 'are'} skipped`,
  'special-file': (count, one) =>
    `${count} ${one ? 'pipe, device or socket is' : 'pipes, devices or sockets are'} skipped`,
  'unreadable-folder': (count, one) =>
    `${count} ${one ? 'folder' : 'folders'} could not be opened; check the permissions`,
};

function unreadableSentences(): Sentences {
  const sentence =
    (kind: string): Sentences[string] =>
    (count, one) =>
      `${count} ${kind} ${one ? 'image' : 'images'} cannot be read; convert ${one ? 'it' : 'them'} to JPEG or PNG, and open the folder again`;
  return Object.fromEntries(unreadableKinds().map((kind) => [kindOf(kind), sentence(kind)]));
}

function kindOf(kind: string): string {
  return `unreadable-${kind.toLowerCase().replaceAll(' ', '-')}`;
}

export function reportListing(listing: FolderListing, problems: ProblemTally): void {
  for (const [folder, { files }] of listing.folders) {
    for (const name of files) {
      const kind = unreadablePicture(name);
      if (kind !== null) problems.add(kindOf(kind), joinRelative(folder, name));
    }
  }
  for (const link of listing.leavingLinks) problems.add('leaving-link', link);
  for (const link of listing.repeatedLinks) problems.add('repeated-link', link);
  for (const file of listing.specialFiles) problems.add('special-file', file);
  for (const folder of listing.unreadableFolders) problems.add('unreadable-folder', folder);
}
