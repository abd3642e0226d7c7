import { formatCount } from '../../../domain/plural.ts';
import { defineLayout } from '../recognition/defineLayout.ts';
import { isImageName } from '../recognition/fileKinds.ts';
import { joinRelative } from '../recognition/folderListing.ts';
import { codesOf, idOfName } from '../recognition/labelCodes.ts';

const CODES = codesOf('kdef');
/** Session, sex and number of the subject, expression, angle: `AF01ANS.JPG`. */
const NAME = /^([AB])([FM]\d\d)(AF|AN|DI|HA|NE|SA|SU)(FL|FR|HL|HR|S)\.[a-z]+$/i;

export const kdef = defineLayout<string[]>({
  id: 'kdef',
  title: 'KDEF',
  mark: 'images called `AF01ANS.JPG`: session, subject, expression, angle',
  classes: CODES,
  writes: 'tree',

  find(listing) {
    let named = 0;
    let images = 0;
    const folders: string[] = [];
    for (const [folder, { files }] of listing.folders) {
      const own = files.filter((name) => NAME.test(name)).length;
      images += files.filter(isImageName).length;
      named += own;
      if (own > 0) folders.push(folder);
    }
    if (named < 2 || named * 2 < images) return null;
    return {
      plan: folders.sort(),
      reason: `The ${formatCount(named)} images are named after session, subject, expression and angle, as KDEF's are.`,
    };
  },

  async *rows(listing, folders) {
    for (const folder of folders) {
      for (const name of listing.folders.get(folder)?.files ?? []) {
        const match = NAME.exec(name);
        if (match === null) continue;
        const [session = '', subject = '', code = '', angle = ''] = match
          .slice(1)
          .map((part) => part.toUpperCase());
        const path = joinRelative(folder, name);
        yield {
          image: path,
          path,
          problem: null,
          region: null,
          split: null,
          givenLabel: CODES.find(({ id }) => id === code)?.name ?? null,
          metadata: { subject, session, angle },
          place: { kind: 'path' },
        };
      }
    }
  },

  writer: {
    path(label, { path }) {
      const code = idOfName(CODES, label);
      const slash = path.lastIndexOf('/') + 1;
      return code === null ? null : path.slice(0, slash + 4) + code + path.slice(slash + 6);
    },
  },
});
