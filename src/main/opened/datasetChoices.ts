import { z } from 'zod';
import { type ClassMapping, classMappingSchema } from '../../domain/classSpace.ts';
import { DEFAULT_FACES, type FaceChoice, faceChoiceSchema } from '../../domain/faces.ts';
import { wordRecord } from '../../domain/wordRecord.ts';
import type { LayoutOptions } from '../dataset/index.ts';
import type { ProjectFile } from '../project/index.ts';

const layoutOptionsSchema = z.record(z.string(), z.string());

/** The user's corrections where detection was wrong. They apply until the user changes them. */
export interface DatasetChoices {
  /** Layout, table and columns; nothing that is set here is detected again. */
  layout?: LayoutOptions | undefined;
  faces?: FaceChoice | undefined;
  /** Links may lead out of the folder. */
  followLinks?: boolean | undefined;
  classMapping?: ClassMapping | undefined;
  /** Id of a known numbering, or `none`. */
  numbering?: string | undefined;
}

export function readLayoutChoice(project: ProjectFile): LayoutOptions {
  return project.settings.read('layout-options', layoutOptionsSchema) ?? {};
}

export function readFaceChoice(project: ProjectFile): FaceChoice {
  return project.settings.read('faces', faceChoiceSchema) ?? DEFAULT_FACES;
}

export function readFollowLinks(project: ProjectFile): boolean {
  return project.settings.read('follow-links', z.boolean()) ?? false;
}

/** A layout with the choice about links, which is stored separately: it applies to every layout. */
export function withLinks(layout: LayoutOptions, followLinks: boolean): LayoutOptions {
  const { followLinks: _, ...rest } = layout;
  return followLinks ? { ...rest, followLinks: 'yes' } : rest;
}

/** Counts how often samples have become other parts of their files. */
export function readPictureVersion(project: ProjectFile): number {
  return project.settings.read('picture-version', z.int()) ?? 0;
}

export function raisePictureVersion(project: ProjectFile): void {
  project.settings.write('picture-version', readPictureVersion(project) + 1);
}

/** The user's mapping of classes; see classMeanings.ts for its other sources. */
export function readClassMapping(project: ProjectFile): ClassMapping {
  return project.settings.read('class-mapping', classMappingSchema) ?? wordRecord();
}

/** Stores the given choices; the others are unchanged. */
export function storeChoices(project: ProjectFile, choices: DatasetChoices): void {
  const { layout, faces, followLinks, classMapping } = choices;
  if (layout !== undefined) project.settings.write('layout-options', withLinks(layout, false));
  if (followLinks !== undefined) project.settings.write('follow-links', followLinks);
  if (faces !== undefined && faces !== readFaceChoice(project)) {
    project.settings.write('faces', faces);
    raisePictureVersion(project);
  }
  if (classMapping !== undefined) project.settings.write('class-mapping', classMapping);
}
