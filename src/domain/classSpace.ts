import { z } from 'zod';
import { emotionOf, normaliseClassName } from './emotions.ts';
import { AppError } from './errors.ts';
import { misspeltEmotion } from './misspelt.ts';
import type { ModelClass } from './model.ts';
import { classNameSchema, wordRecord, wordRecordSchema } from './wordRecord.ts';

/**
 * One meaning that dataset and model share. Several dataset classes may be synonyms ("happy", "joy"), several
 * model classes may map to one dataset class.
 */
export interface ClassGroup {
  /** In the dataset's spelling: the first of its classes. */
  name: string;
  /** Indices of the model's classes, ascending; never empty. */
  modelClasses: number[];
  /** Indices of the dataset's classes, ascending; never empty. */
  datasetClasses: number[];
}

/**
 * The user's mapping of a dataset's class: a model class's name, or null for "none of them". Other classes
 * are guessed.
 */
export const classMappingSchema = wordRecordSchema(z.string().nullable(), classNameSchema);
export type ClassMapping = z.infer<typeof classMappingSchema>;

/** How the classes of a dataset and those of a model correspond. */
export interface ClassSpace {
  /** In the order of their first dataset class. G = groups.length. */
  groups: ClassGroup[];
  /** [dataset classes] index into `groups`, or null for a class that the model does not know. */
  groupOfDatasetClass: (number | null)[];
  /** Model classes that the dataset does not have. */
  unmappedModelClasses: number[];
}

/**
 * Maps a dataset's classes to a model's: by equal name, then by the model's aliases, then by the table of
 * emotions, then as a misspelt emotion. `overrides` maps a dataset class to a model class's name, or to null
 * for "none of them".
 *
 * @throws AppError `bad-request` when an override names a class that the dataset or the model does not have.
 */
export function buildClassSpace(
  datasetClasses: string[],
  modelClasses: ModelClass[],
  overrides: ClassMapping = wordRecord(),
): ClassSpace {
  refuseUnknownOverrides(overrides, datasetClasses);
  const links = datasetClasses.map((name) =>
    Object.hasOwn(overrides, name)
      ? overriddenClasses(name, overrides[name] ?? null, modelClasses)
      : matchingClasses(name, modelClasses),
  );
  adoptLeftOvers(links, datasetClasses, modelClasses, overrides);
  return joinLinks(links, datasetClasses, modelClasses.length);
}

/**
 * A mapping without classes that this dataset or this model lacks: it may have been made for another model,
 * or before the dataset changed.
 */
export function applicableMapping(
  mapping: ClassMapping,
  datasetClasses: readonly string[],
  modelClasses: ModelClass[],
): ClassMapping {
  return wordRecord(
    Object.entries(mapping).filter(
      ([name, target]) =>
        datasetClasses.includes(name) && (target === null || classesNamed(target, modelClasses).length > 0),
    ),
  );
}

/**
 * The model's distribution over the groups: summed and renormalised.
 *
 * @param distribution [C] the model's probabilities; negative and non-finite values count as 0.
 * @returns [G], sums to 1; uniform if the groups have no mass at all, empty if there are no groups.
 */
export function projectDistribution(space: ClassSpace, distribution: ArrayLike<number>): Float64Array {
  const masses = Float64Array.from(space.groups, (group) =>
    group.modelClasses.reduce((sum, index) => sum + usableMass(distribution[index]), 0),
  );
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  if (!(total > 0) || !Number.isFinite(total)) return masses.fill(1 / masses.length);
  return masses.map((mass) => mass / total);
}

function usableMass(mass: number | undefined): number {
  return mass !== undefined && mass > 0 && Number.isFinite(mass) ? mass : 0;
}

function matchingClasses(datasetClass: string, modelClasses: ModelClass[]): number[] {
  const byName = classesNamed(datasetClass, modelClasses);
  if (byName.length > 0) return byName;
  const meant = misspeltEmotion(datasetClass);
  return meant === null ? [] : classesNamed(meant, modelClasses);
}

/** The model's classes that a name refers to, by name, alias or emotion. */
export function classesNamed(name: string, modelClasses: ModelClass[]): number[] {
  const wanted = normaliseClassName(name);
  if (wanted === '') return [];
  const byName = indicesWhere(modelClasses, (modelClass) => normaliseClassName(modelClass.name) === wanted);
  if (byName.length > 0) return byName;
  const byAlias = indicesWhere(modelClasses, (modelClass) =>
    modelClass.aliases.some((alias) => normaliseClassName(alias) === wanted),
  );
  if (byAlias.length > 0) return byAlias;
  const emotion = emotionOf(name);
  return emotion === null ? [] : indicesWhere(modelClasses, ({ name: own }) => emotionOf(own) === emotion);
}

function overriddenClasses(name: string, target: string | null, modelClasses: ModelClass[]): number[] {
  if (target === null) return [];
  const found = classesNamed(target, modelClasses);
  if (found.length > 0) return found;
  const known = modelClasses.map((modelClass) => modelClass.name).join(', ');
  throw new AppError(
    'bad-request',
    `the model has no class "${target}", which "${name}" was mapped to`,
    `Its classes are ${known}.`,
  );
}

function refuseUnknownOverrides(overrides: ClassMapping, datasetClasses: string[]): void {
  const unknown = Object.keys(overrides).find((name) => !datasetClasses.includes(name));
  if (unknown === undefined) return;
  throw new AppError(
    'bad-request',
    `the dataset has no class "${unknown}" to map`,
    `Its classes are ${datasetClasses.join(', ')}.`,
  );
}

/** A model class that no dataset class claimed joins the first one of the same emotion. */
function adoptLeftOvers(
  links: number[][],
  datasetClasses: string[],
  modelClasses: ModelClass[],
  overrides: ClassMapping,
): void {
  const claimed = new Set(links.flat());
  modelClasses.forEach((modelClass, index) => {
    const emotion = emotionOf(modelClass.name);
    if (claimed.has(index) || emotion === null) return;
    const adopter = datasetClasses.findIndex(
      (name, position) =>
        links[position]?.length !== 0 && !Object.hasOwn(overrides, name) && emotionOf(name) === emotion,
    );
    links[adopter]?.push(index);
  });
}

/** Connected components of the links between dataset classes and model classes. */
function joinLinks(links: number[][], datasetClasses: string[], modelClassCount: number): ClassSpace {
  const groups: ClassGroup[] = [];
  const groupOfDatasetClass: (number | null)[] = datasetClasses.map(() => null);
  const datasetClassesOf = (modelClass: number) =>
    indicesWhere(links, (linked) => linked.includes(modelClass));

  links.forEach((linked, first) => {
    if (linked.length === 0 || groupOfDatasetClass[first] !== null) return;
    const members = new Set([first]);
    const reached = new Set<number>();
    for (const member of members) {
      for (const modelClass of links[member] ?? []) {
        reached.add(modelClass);
        for (const other of datasetClassesOf(modelClass)) members.add(other);
      }
    }
    for (const member of members) groupOfDatasetClass[member] = groups.length;
    groups.push({
      name: datasetClasses[first] ?? '',
      modelClasses: [...reached].sort((a, b) => a - b),
      datasetClasses: [...members].sort((a, b) => a - b),
    });
  });

  const mapped = new Set(groups.flatMap((group) => group.modelClasses));
  const unmappedModelClasses = Array.from({ length: modelClassCount }, (_, index) => index).filter(
    (index) => !mapped.has(index),
  );
  return { groups, groupOfDatasetClass, unmappedModelClasses };
}

function indicesWhere<T>(values: readonly T[], accept: (value: T) => boolean): number[] {
  return values.flatMap((value, index) => (accept(value) ? [index] : []));
}
