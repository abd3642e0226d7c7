const IMAGE_EXTENSIONS = new Set(
  'jpg jpeg jpe jfif png webp bmp dib tif tiff gif avif pgm ppm pnm pbm'.split(' '),
);
const TABLE_EXTENSIONS = new Set(['csv', 'tsv', 'tab', 'txt', 'lst']);
const DOCUMENT_NAMES =
  /^(readme|licen[cs]e|copying|notice|authors|changelog|makefile|dockerfile|about|notes?|todo|version|checksums?|(md5|sha\d*)(sums?)?)(?![a-z0-9_])/i;

/** Lower case, without the dot; '' if there is none. */
export function extensionOf(name: string): string {
  return /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** Whether a file is an image by its name. Files without an extension are: many collections have them. */
export function isImageName(name: string): boolean {
  const extension = extensionOf(name);
  return extension === '' ? !DOCUMENT_NAMES.test(name) : IMAGE_EXTENSIONS.has(extension);
}

/** Pictures that the program cannot decode, by extension. */
const UNREADABLE_PICTURES: ReadonlyMap<string, string> = new Map([
  ...'heic heif hif'.split(' ').map((extension) => [extension, 'HEIC'] as const),
  ['jxl', 'JPEG XL'],
  ...'jp2 j2k jpx jpf'.split(' ').map((extension) => [extension, 'JPEG 2000'] as const),
  ...'cr2 cr3 nef arw dng orf rw2 raf'.split(' ').map((extension) => [extension, 'raw'] as const),
  ['psd', 'Photoshop'],
  ['exr', 'OpenEXR'],
]);

/** The kind of picture, by the file's name, if the program cannot decode it; else null. */
export function unreadablePicture(name: string): string | null {
  return UNREADABLE_PICTURES.get(extensionOf(name)) ?? null;
}

export function unreadableKinds(): string[] {
  return [...new Set(UNREADABLE_PICTURES.values())];
}

/** Whether a value of a table looks like the name of an image. */
export function looksLikeImagePath(value: string): boolean {
  return IMAGE_EXTENSIONS.has(extensionOf(value.trim()));
}

/** Whether a file may be a table of labels by its name. */
export function isTableName(name: string): boolean {
  return TABLE_EXTENSIONS.has(extensionOf(name)) && !DOCUMENT_NAMES.test(name);
}
