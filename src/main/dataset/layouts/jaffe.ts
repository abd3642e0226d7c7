import { formatCount } from '../../../domain/plural.ts';
import { defineLayout } from '../recognition/defineLayout.ts';
import { joinRelative } from '../recognition/folderListing.ts';
import { codesOf, idOfName } from '../recognition/labelCodes.ts';

const CODES = codesOf('jaffe');
const NAME = /^([A-Z]{2})\.(AN|DI|FE|HA|NE|SA|SU)(\d)\.(\d+)\.(tiff?|png|jpe?g|bmp)$/i;

export const jaffe = defineLayout<string>({
  id: 'jaffe',
  title: 'JAFFE',
  mark: 'images called `KA.AN1.39.tiff`: subject, expression and take, serial number',
  classes: CODES,
  writes: 'tree',

  find(listing) {
    for (const [folder, { files }] of listing.folders) {
      const named = files.filter((name) => NAME.test(name)).length;
      if (named < 2 || named * 2 < files.length) continue;
      return {
        plan: folder,
        reason: `The ${formatCount(named)} images${folder === '' ? '' : ` in ${folder}`} are named after subject and expression, as JAFFE's are.`,
      };
    }
    return null;
  },

  async *rows(listing, folder) {
    for (const name of listing.folders.get(folder)?.files ?? []) {
      const match = NAME.exec(name);
      if (match === null) continue;
      const [, subject = '', code = ''] = match;
      const path = joinRelative(folder, name);
      yield {
        image: path,
        path,
        problem: null,
        region: null,
        split: null,
        givenLabel: CODES.find(({ id }) => id === code.toUpperCase())?.name ?? null,
        metadata: { subject: subject.toUpperCase() },
        place: { kind: 'path' },
      };
    }
  },

  writer: {
    path(label, { path }) {
      const code = idOfName(CODES, label);
      return code === null ? null : path.replace(/\.[A-Z]{2}(\d\.\d+\.[a-z]+)$/i, `.${code}$1`);
    },
  },
});
