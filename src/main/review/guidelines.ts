import { AppError } from '../../domain/errors.ts';
import {
  type ClassGuideline,
  EXEMPLARS_AT_MOST,
  type Guidelines,
  type GuidelinesFile,
  type GuidelinesImport,
  guidelinesSchema,
  type ShownGuideline,
} from '../../domain/guidelines.ts';
import { wordRecord } from '../../domain/wordRecord.ts';
import type { ProjectFile } from '../project/index.ts';

const SETTING = 'guidelines';
const NOTHING: ClassGuideline = { description: '', exemplars: [] };

/** The annotators' guidelines for each class: stored in the project, shared as a file. */
export class ClassGuidelines {
  readonly #project: ProjectFile;
  readonly #classNames: readonly string[];

  constructor(project: ProjectFile, classNames: readonly string[]) {
    this.#project = project;
    this.#classNames = classNames;
  }

  /** One of each class, in the dataset's order. */
  show(): ShownGuideline[] {
    const all = this.#read();
    return this.#classNames.map((name, label) => {
      const { description, exemplars } = all[name] ?? NOTHING;
      const found = exemplars.map((image) => ({ image, id: this.#project.samples.byImage(image)?.id }));
      return {
        label,
        description,
        exemplars: found.flatMap(({ image, id }) => (id === undefined ? [] : [{ id, image }])),
        missing: found.flatMap(({ image, id }) => (id === undefined ? [image] : [])),
      };
    });
  }

  describe(label: number, description: string): ShownGuideline[] {
    return this.#change(label, (before) => ({ ...before, description }));
  }

  /** An image that is one already stays one. @throws AppError `bad-request` where the class has enough of them */
  addExemplar(label: number, image: string): ShownGuideline[] {
    return this.#change(label, (before) => {
      if (before.exemplars.includes(image)) return before;
      if (before.exemplars.length >= EXEMPLARS_AT_MOST) {
        throw new AppError(
          'bad-request',
          `${this.#nameOf(label)} has ${EXEMPLARS_AT_MOST} examples already`,
          'Remove one first.',
        );
      }
      return { ...before, exemplars: [...before.exemplars, image] };
    });
  }

  removeExemplar(label: number, image: string): ShownGuideline[] {
    return this.#change(label, (before) => ({
      ...before,
      exemplars: before.exemplars.filter((other) => other !== image),
    }));
  }

  file(): GuidelinesFile {
    return { format: 'grefel-guidelines', version: 1, classes: this.#read() };
  }

  /** Imports the classes of a file, replacing their guidelines; the others remain. */
  import({ classes }: GuidelinesFile): GuidelinesImport {
    const known = Object.entries(classes).filter(([name]) => this.#classNames.includes(name));
    if (known.length === 0) {
      throw new AppError(
        'bad-request',
        'none of the classes in this file is in the dataset',
        `The dataset's classes are ${this.#classNames.join(', ')}.`,
      );
    }
    this.#write(wordRecord([...Object.entries(this.#read()), ...known]));
    const unknownClasses = Object.keys(classes).filter((name) => !this.#classNames.includes(name));
    return { guidelines: this.show(), unknownClasses };
  }

  #change(label: number, change: (before: ClassGuideline) => ClassGuideline): ShownGuideline[] {
    const name = this.#nameOf(label);
    const all = this.#read();
    this.#write(wordRecord([...Object.entries(all), [name, change(all[name] ?? NOTHING)]]));
    return this.show();
  }

  #nameOf(label: number): string {
    const name = this.#classNames[label];
    if (name !== undefined) return name;
    throw new AppError('bad-request', `there is no class ${label}`, 'Reload the page.');
  }

  #read(): Guidelines {
    return this.#project.settings.read(SETTING, guidelinesSchema) ?? wordRecord();
  }

  #write(guidelines: Guidelines): void {
    this.#project.settings.write(SETTING, guidelines);
  }
}
