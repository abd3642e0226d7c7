const IMAGE_EXTENSIONS = new Set(
  'jpg jpeg jpe jfif png webp bmp dib tif tiff gif avif pgm ppm pnm pbm'.split(' '),
);
const TABLE_EXTENSIONS = new Set(['csv', 'tsv', 'tab', 'txt', 'lst']);
const DOCUMENT_NAMES =
  /^(readme|licen[cs]e|copying|notice|authors|changelog|makefile|about|notes?|todo|version)\b/i;

/** Lower case, without the point; '' where there is none. */
export function extensionOf(name: string): string {
  return /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** Whether a file is an image by its name. Files without an extension are: many collections have them. */
export function isImageName(name: string): boolean {
  const extension = extensionOf(name);
  return extension === '' ? !DOCUMENT_NAMES.test(name) : IMAGE_EXTENSIONS.has(extension);
}

/** Whether a value of a table looks like the name of an image. */
export function looksLikeImagePath(value: string): boolean {
  return IMAGE_EXTENSIONS.has(extensionOf(value.trim()));
}

/** Whether a file may be a table of labels by its name. */
export function isTableName(name: string): boolean {
  return TABLE_EXTENSIONS.has(extensionOf(name)) && !DOCUMENT_NAMES.test(name);
}
