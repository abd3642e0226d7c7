import { z } from 'zod';
import { classMappingSchema } from '../../domain/classSpace.ts';
import { type Emotion, emotionOf } from '../../domain/emotions.ts';
import { meaningsByNumbering, numberingById } from '../../domain/numberings.ts';
import type { ExportSource } from './exportSource.ts';

/**
 * What the dataset's classes mean, by name: what the user says of a class, else its numbering, else what it is mapped
 * to, else what its name says. Null for a class that is no emotion.
 */
export function classEmotions({
  project,
  classNames,
  reader,
}: Pick<ExportSource, 'project' | 'classNames' | 'reader'>): Map<string, Emotion | null> {
  const numbering = numberingById(project.settings.read('numbering', z.string()));
  const said = {
    ...meaningsByNumbering(numbering, classNames),
    ...project.settings.read('class-mapping', classMappingSchema),
  };
  return new Map(
    classNames.map((name, label): [string, Emotion | null] => {
      if (Object.hasOwn(said, name)) {
        const modelClass = said[name];
        return [name, modelClass == null ? null : emotionOf(modelClass)];
      }
      const [modelClass] = reader?.modelClassesOf(label) ?? [];
      return [name, (modelClass === undefined ? null : emotionOf(modelClass)) ?? emotionOf(name)];
    }),
  );
}
