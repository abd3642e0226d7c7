import type { ClassMapping } from '../../domain/classSpace.ts';
import { classTitle } from '../../domain/classTitle.ts';
import { type Emotion, emotionOf } from '../../domain/emotions.ts';
import type { WordRecord } from '../../domain/wordRecord.ts';
import type { FolderInspection, InspectedClass } from '../../protocol/opening.ts';

/** A class of an inspected folder, with its current meaning. */
interface MappedClass extends Mappable {
  title: string;
  ownIndex: number;
}

type Mappable = Omit<InspectedClass, 'mapped'> & { mappedTo: string | null | undefined };

/** The classes of a folder: the user's mapping comes first, then the numbering, then the name. */
export function mappedClasses(
  inspection: FolderInspection | null,
  mapping: ClassMapping,
  numbering: string | null,
): MappedClass[] {
  const chosen = inspection?.numberings.find(({ id }) => id === numbering);
  const ownValue = <Value>(record: Readonly<WordRecord<Value>> | undefined, name: string) =>
    record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
  let ownIndex = 0;
  return (inspection?.classes ?? []).map((inspected) => {
    const { name } = inspected;
    const mappedTo = ownValue(mapping, name);
    const target = ownValue(chosen?.targets, name);
    const meaning = mappedTo === undefined ? ownValue(chosen?.meanings, name) : mappedTo;
    const guessed = inspected.mapped ? [] : inspected.modelClasses;
    const modelClasses = target === undefined ? guessed : target === null ? [] : [target];
    const emotion: Emotion | null = emotionOf(name) ?? emotionOf(meaning ?? modelClasses[0] ?? '');
    return {
      ...inspected,
      mappedTo,
      modelClasses,
      emotion,
      title: classTitle(name, meaning),
      ownIndex: emotion === null ? ownIndex++ : 0,
    };
  });
}
