import { z } from 'zod';
import type { ClassMapping } from '../../domain/classSpace.ts';
import { classTitles } from '../../domain/classTitle.ts';
import { emotionOf } from '../../domain/emotions.ts';
import { misspeltClasses } from '../../domain/misspelt.ts';
import { meaningsByNumbering, type Numbering, numberingById } from '../../domain/numberings.ts';
import { wordRecord } from '../../domain/wordRecord.ts';
import { LabelReader } from '../issues/index.ts';
import type { ModelRun, ProjectFile } from '../project/index.ts';
import { readClassMapping } from './datasetChoices.ts';

const SETTING = 'numbering';

/** The numbering by which a project's classes are read; null for none. */
export function readNumbering(project: ProjectFile): Numbering | null {
  return numberingById(project.settings.read(SETTING, z.string()));
}

/**
 * Keeps which numbering holds: what the user says, else what was kept before, else the one that names and counts of the
 * dataset agree with.
 * @returns whether another one holds than before
 */
export function storeNumbering(project: ProjectFile, said: string | undefined): boolean {
  const before = project.settings.read(SETTING, z.string());
  const sure = project.dataset.read()?.recognition.numberings.find(({ isSure }) => isSure);
  const now = said ?? before ?? sure?.id;
  if (now === undefined || now === before) return false;
  project.settings.write(SETTING, now);
  return true;
}

/** Classes that are likely another class misspelt, by the one that was meant; not where the user says what they are. */
export function readMisspelt(project: ProjectFile): Map<string, string> {
  const said = readClassMapping(project);
  const classes = project.dataset.read()?.recognition.classes ?? [];
  return new Map([...misspeltClasses(classes)].filter(([name]) => !Object.hasOwn(said, name)));
}

/** What each class means: as the user says, else by the numbering, else as the class that a misspelt one stands for. */
export function readMeanings(project: ProjectFile): ClassMapping {
  const byNumbering = meaningsByNumbering(readNumbering(project), project.dataset.classes());
  const said = readClassMapping(project);
  const meant = [...readMisspelt(project)].flatMap(([name, other]) => {
    const emotion = said[other] ?? emotionOf(other) ?? byNumbering[other] ?? null;
    return emotion === null ? [] : [[name, emotion] as const];
  });
  return wordRecord([...Object.entries(byNumbering), ...meant, ...Object.entries(said)]);
}

/** How a project's classes are shown, by their index. */
export function readClassTitles(project: ProjectFile): string[] {
  return classTitles(project.dataset.classes(), readMeanings(project));
}

/** Reads a model's distributions in the words of a project's dataset, by what its classes mean. */
export function readerOf(project: ProjectFile, { model }: ModelRun): LabelReader {
  return new LabelReader(project.dataset.classes(), model, readMeanings(project), readMisspelt(project));
}
