import { z } from 'zod';
import { classNameSchema, wordRecordSchema } from './wordRecord.ts';

const LONGEST_DESCRIPTION = 4000;
/** Most examples of a class: a person compares with a few, not with a folder. */
export const EXEMPLARS_AT_MOST = 24;

/** The annotators' guideline for one class. */
export const classGuidelineSchema = z.object({
  /** What belongs to the class, and what does not. */
  description: z.string().max(LONGEST_DESCRIPTION).default(''),
  /** Names of the dataset's images that show it well. */
  exemplars: z.array(z.string().min(1).max(4096)).max(EXEMPLARS_AT_MOST).default([]),
});
export type ClassGuideline = z.output<typeof classGuidelineSchema>;

/** By the dataset's own class names. */
export const guidelinesSchema = wordRecordSchema(classGuidelineSchema, classNameSchema, joinGuidelines);
export type Guidelines = z.output<typeof guidelinesSchema>;

/** Those of two spellings of a class, which an older version told apart. */
function joinGuidelines(first: ClassGuideline, second: ClassGuideline): ClassGuideline {
  const descriptions = [...new Set([first.description, second.description])].filter((text) => text !== '');
  return {
    description: descriptions.join('\n\n').slice(0, LONGEST_DESCRIPTION),
    exemplars: [...new Set([...first.exemplars, ...second.exemplars])].slice(0, EXEMPLARS_AT_MOST),
  };
}

/** The file by which a team shares its guidelines. */
export const guidelinesFileSchema = z.object({
  format: z.literal('grefel-guidelines'),
  version: z.literal(1),
  classes: guidelinesSchema,
});
export type GuidelinesFile = z.output<typeof guidelinesFileSchema>;

export const exemplarSchema = z.object({ label: z.int().min(0), sampleId: z.int().positive() });

export interface Exemplar {
  id: number;
  image: string;
}

/** A class's guideline as a page shows it. */
export interface ShownGuideline {
  label: number;
  description: string;
  exemplars: Exemplar[];
  /** Exemplars that this copy of the dataset has not. */
  missing: string[];
}

/** The changes of an import. */
export interface GuidelinesImport {
  guidelines: ShownGuideline[];
  /** Classes of the file that the dataset has not; nothing was taken of them. */
  unknownClasses: string[];
}
