import { defineLayout } from '../recognition/defineLayout.ts';
import { isImageName } from '../recognition/fileKinds.ts';
import { folderAbove } from '../recognition/findFiles.ts';
import { joinRelative } from '../recognition/folderListing.ts';

const NAMES = 'anger disgust fear joy neutral sadness surprise'.split(' ');
const CODES = NAMES.map((name) => ({ id: name, name }));
const FOLDER = new RegExp(`(^|/)([^/]+)/\\2_(${NAMES.join('|')})$`, 'i');

export const ferg = defineLayout<string[]>({
  id: 'ferg-db',
  title: 'FERG-DB',
  mark: '`<character>/<character>_<class>/<character>_<class>_<n>.png`',
  classes: CODES,
  writes: 'tree',

  find(listing) {
    const folders = [...listing.folders.keys()].filter((folder) => FOLDER.test(folder)).sort();
    if (folders.length < 2) return null;
    const characters = [...new Set(folders.map((folder) => FOLDER.exec(folder)?.[2]))];
    return {
      plan: folders,
      reason: `Each character (${characters.slice(0, 8).join(', ')}) has one folder per class, as in FERG-DB.`,
    };
  },

  async *rows(listing, folders) {
    for (const folder of folders) {
      const [, , character = '', label = ''] = FOLDER.exec(folder) ?? [];
      for (const name of listing.folders.get(folder)?.files ?? []) {
        if (!isImageName(name)) continue;
        const path = joinRelative(folder, name);
        yield {
          image: path,
          path,
          problem: null,
          region: null,
          split: null,
          givenLabel: label.toLowerCase(),
          metadata: { character },
          place: { kind: 'path' },
        };
      }
    }
  },

  writer: {
    path(label, { path, givenLabel, metadata }) {
      if (!NAMES.includes(label)) return null;
      const character = metadata?.character ?? '';
      const name = path.slice(path.lastIndexOf('/') + 1);
      const renamed = name.replace(`${character}_${givenLabel}`, `${character}_${label}`);
      return joinRelative(folderAbove(path, 2), `${character}_${label}/${renamed}`);
    },
  },
});
