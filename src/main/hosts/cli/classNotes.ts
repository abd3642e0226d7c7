import { escapeControls } from '../../../domain/escapeControls.ts';
import { formatCount, plural } from '../../../domain/plural.ts';
import { commandFor } from '../../open/index.ts';
import {
  readClassTitles,
  readMeanings,
  readMisspelt,
  readNumbering,
  translatorOf,
} from '../../opened/index.ts';
import type { ProjectFile } from '../../project/index.ts';
import { readLabelFit } from '../../tune/index.ts';
import type { Output } from './output.ts';

const SHOWN = 12;

/** A class whose labels the model cannot check, with its images. */
export interface UnscoredClass {
  name: string;
  images: number;
  /** The class of the model that its images resemble; null if they do not tell. */
  guessed: string | null;
}

/** Classes that map to none of the model's, those with the most images first. */
export function unscoredLabels(project: ProjectFile): UnscoredClass[] {
  const run = project.modelRuns.latest();
  if (run === null) return [];
  const translator = translatorOf(project, run);
  const guesses = readLabelFit(project)?.classMap ?? [];
  const images = new Map(project.dataset.read()?.recognition.classes.map(({ name, count }) => [name, count]));
  return project.dataset
    .classes()
    .flatMap((name, label) => {
      const guessed = run.model.classes[guesses[label]?.[0] ?? -1]?.name ?? null;
      return translator.knows(label) ? [] : [{ name, images: images.get(name) ?? 0, guessed }];
    })
    .filter((unscored) => unscored.images > 0)
    .sort((a, b) => b.images - a.images);
}

/** The numbering that gives the classes their meaning, or could. */
export function noteNumbering(project: ProjectFile, output: Output): void {
  const numbering = readNumbering(project);
  const offered = project.dataset.read()?.recognition.numberings ?? [];
  if (numbering !== null) {
    output.note(`Classes are numbered as in ${numbering.title}: ${listed(readClassTitles(project))}`);
  } else if (offered.length > 0) {
    const ids = offered.map(({ id, title }) => `--numbering ${id} (${title})`);
    output.note(
      `Note: the classes are numbers or codes. If they come from a known dataset, add ${ids.join(', ')}`,
    );
  }
}

/** How many labels could not be checked, what to do about them, and which are likely misspelt. */
export function noteUnscored(project: ProjectFile, output: Output): void {
  const { folder = 'FOLDER', recognition } = project.dataset.read() ?? {};
  const titles = new Map(
    project.dataset.classes().map((name, label) => [name, readClassTitles(project)[label]]),
  );
  for (const [name, other] of readMisspelt(project)) {
    const count = recognition?.classes.find((counted) => counted.name === name)?.count ?? 0;
    output.note(
      `Note: ${quoted(name)} (${plural(count, 'image')}) is likely a misspelling of ${quoted(titles.get(other) ?? other)}; its labels are flagged`,
    );
  }
  const unscored = unscoredLabels(project);
  if (unscored.length === 0) return;
  const count = unscored.reduce((total, each) => total + each.images, 0);
  const names = listed(unscored.map(({ name, images: own }) => `${name} (${formatCount(own)})`));
  const [first] = unscored;
  const target = unscored.find(({ guessed }) => guessed !== null);
  const example = target === undefined ? `${first?.name ?? ''}=EMOTION` : `${target.name}=${target.guessed}`;
  output.note(
    `Note: ${plural(count, 'image')} are not checked: the model has no class for ${names}. ` +
      `Map ${unscored.length === 1 ? 'it' : 'them'}: ${commandFor('scan', folder, project)} --map ${quoted(example)}`,
  );
  for (const { name, guessed } of unscored) {
    if (guessed === null || readMeanings(project)[name] !== undefined) continue;
    output.note(
      `Note: the images of ${quoted(name)} look like ${guessed}. To accept: --map ${quoted(`${name}=${guessed}`)}`,
    );
  }
}

const quoted = (name: string) => `"${escapeControls(name)}"`;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map(escapeControls).join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}
