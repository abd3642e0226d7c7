import { EXPORT_FORMATS, type ExportFormatChoice, type ExportFormatId } from '../../domain/exportFormats.ts';
import { type Layout, layoutById } from '../dataset/index.ts';
import type { ExportSource } from './exportSource.ts';
import { textFormats } from './textFormats.ts';

/** The formats, and why one of them cannot be had of this dataset. */
export function exportChoices(source: ExportSource): ExportFormatChoice[] {
  return EXPORT_FORMATS.map((id) => describeFormat(id, layoutOf(source)));
}

/** The formats available for a dataset of this layout. */
export function describeFormat(id: ExportFormatId, layout: Layout): ExportFormatChoice {
  const text = textFormats[id];
  if (text !== undefined) {
    const { title, description, extension } = text;
    const refusal =
      text.namesFiles && layout.picturesInTable
        ? `The images of ${layout.title} are in a table; export a new tree of class folders instead.`
        : null;
    return { id, title, description, extension, output: 'file', refusal };
  }
  if (id === 'source') {
    return {
      id,
      title: `${layout.title} (same structure)`,
      description:
        layout.writes === 'tree'
          ? 'The same folders, with each image in the folder of its label.'
          : 'The dataset’s own label files; only changed rows differ.',
      extension: '',
      output: 'folder',
      refusal: layout.writes === 'nothing' ? `${layout.title} cannot be written; export a CSV.` : null,
    };
  }
  if (id === 'moves') {
    return {
      id,
      title: 'List of moves',
      description: 'A CSV of the images to move because their label changed: from and to.',
      extension: '.csv',
      output: 'file',
      refusal: layout.writes === 'tree' ? null : `${layout.title} keeps its labels in files, not in folders.`,
    };
  }
  return {
    id,
    title: 'New tree of class folders',
    description: 'Split, class, image: copies or hard links of every image, for ImageFolder and YOLO.',
    extension: '',
    output: 'folder',
    refusal: null,
  };
}

export function layoutOf({ project }: ExportSource): Layout {
  return layoutById(project.dataset.read()?.recognition.layout ?? '');
}
