import { z } from 'zod';
import type { ClassMapping } from '../../domain/classSpace.ts';
import { classTitles } from '../../domain/classTitle.ts';
import { emotionOf } from '../../domain/emotions.ts';
import { misspeltClasses } from '../../domain/misspelt.ts';
import { meaningsByNumbering, type Numbering, numberingById } from '../../domain/numberings.ts';
import { wordRecord } from '../../domain/wordRecord.ts';
import { LabelTranslator } from '../issues/index.ts';
import type { ModelRun, ProjectFile } from '../project/index.ts';
import { readClassMapping } from './datasetChoices.ts';

const SETTING = 'numbering';

/** The numbering that gives a project's classes their meaning; null for none. */
export function readNumbering(project: ProjectFile): Numbering | null {
  return numberingById(project.settings.read(SETTING, z.string()));
}

/**
 * Stores the numbering: the user's choice, else the one stored before, else the one that names and counts of
 * the dataset agree with.
 * @returns whether it has changed
 */
export function storeNumbering(project: ProjectFile, numbering: string | undefined): boolean {
  const before = project.settings.read(SETTING, z.string());
  const sure = project.dataset.read()?.recognition.numberings.find(({ isSure }) => isSure);
  const now = numbering ?? before ?? sure?.id;
  if (now === undefined || now === before) return false;
  project.settings.write(SETTING, now);
  return true;
}

/** Classes that are likely misspelt, with the class that was meant; except those that the user has mapped. */
export function readMisspelt(project: ProjectFile): Map<string, string> {
  const mapping = readClassMapping(project);
  const classes = project.dataset.read()?.recognition.classes ?? [];
  return new Map([...misspeltClasses(classes)].filter(([name]) => !Object.hasOwn(mapping, name)));
}

/**
 * The meaning of each class: set by the user, else by the numbering, else that of the class whose name it
 * misspells.
 */
export function readMeanings(project: ProjectFile): ClassMapping {
  const byNumbering = meaningsByNumbering(readNumbering(project), project.dataset.classes());
  const mapping = readClassMapping(project);
  const meant = [...readMisspelt(project)].flatMap(([name, other]) => {
    const emotion = mapping[other] ?? emotionOf(other) ?? byNumbering[other] ?? null;
    return emotion === null ? [] : [[name, emotion] as const];
  });
  return wordRecord([...Object.entries(byNumbering), ...meant, ...Object.entries(mapping)]);
}

/** How a project's classes are shown, by their index. */
export function readClassTitles(project: ProjectFile): string[] {
  return classTitles(project.dataset.classes(), readMeanings(project));
}

/** Translates a model's distributions to the classes of a project's dataset. */
export function translatorOf(project: ProjectFile, { model }: Pick<ModelRun, 'model'>): LabelTranslator {
  const classes = project.dataset.read()?.recognition.classes ?? [];
  const counts = new Map(classes.map(({ name, count }) => [name, count]));
  const names = project.dataset.classes();
  return new LabelTranslator(names, model, readMeanings(project), readMisspelt(project), counts);
}
