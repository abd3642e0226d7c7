import { z } from 'zod';
import { classMappingSchema } from '../../domain/classSpace.ts';
import { type Emotion, emotionOf } from '../../domain/emotions.ts';
import { meaningsByNumbering, numberingById } from '../../domain/numberings.ts';
import type { ExportSource } from './exportSource.ts';

/**
 * The meaning of the dataset's classes, by name: set by the user, else by its numbering, else by its mapping,
 * else by its name. Null for a class that is no emotion.
 */
export function classEmotions({
  project,
  classNames,
  translator,
}: Pick<ExportSource, 'project' | 'classNames' | 'translator'>): Map<string, Emotion | null> {
  const numbering = numberingById(project.settings.read('numbering', z.string()));
  const chosen = {
    ...meaningsByNumbering(numbering, classNames),
    ...project.settings.read('class-mapping', classMappingSchema),
  };
  return new Map(
    classNames.map((name, label): [string, Emotion | null] => {
      if (Object.hasOwn(chosen, name)) {
        const modelClass = chosen[name];
        return [name, modelClass == null ? null : emotionOf(modelClass)];
      }
      const [modelClass] = translator?.modelClassesOf(label) ?? [];
      return [name, (modelClass === undefined ? null : emotionOf(modelClass)) ?? emotionOf(name)];
    }),
  );
}
