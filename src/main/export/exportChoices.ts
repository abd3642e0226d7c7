import { EXPORT_FORMATS, type ExportFormatChoice } from '../../domain/exportFormats.ts';
import { type Layout, layoutById } from '../dataset/index.ts';
import type { ExportSource } from './exportSource.ts';
import { exportFormats } from './formats/index.ts';

/** The formats, and why one of them cannot be had of this dataset. */
export function exportChoices(source: ExportSource): ExportFormatChoice[] {
  const layout = layoutOf(source);
  return EXPORT_FORMATS.map((id) => ({ id, ...exportFormats[id].describe(layout) }));
}

export function layoutOf({ project }: ExportSource): Layout {
  return layoutById(project.dataset.read()?.recognition.layout ?? '');
}
