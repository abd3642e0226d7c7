import type { VerdictRole } from '../../domain/verdicts.ts';
import { outcomeOf, type Vote } from '../../domain/votes.ts';
import { cohenKappa, fleissKappa } from '../../labelQuality/agreement.ts';
import type {
  AgreementReport,
  Disagreement,
  PairAgreement,
  SelfAgreement,
} from '../../labelQuality/agreementReport.ts';
import { namedVote } from '../export/index.ts';
import { readClassTitles } from '../opened/index.ts';
import type { ProjectFile } from '../project/index.ts';

interface ImageVotes {
  image: string;
  votes: Vote[];
  repeats: Vote[];
  adjudication: Vote | null;
}

/**
 * How far the annotators of a project agree, and where they do not.
 * @param openRound ids of images that the viewer is being asked about, blindly: they are left out
 */
export function measureAgreement(
  project: ProjectFile,
  openRound: ReadonlySet<number> = new Set(),
): AgreementReport {
  const images = [...votesByImage(project, openRound)];
  const classTitles = readClassTitles(project);
  const titles = new Map(project.dataset.classes().map((name, label) => [name, classTitles[label] ?? name]));
  const names = [...new Set(images.flatMap(({ votes }) => votes.map(({ annotator }) => annotator)))].sort();
  const voteOf = (votes: readonly Vote[], name: string) => votes.find(({ annotator }) => annotator === name);
  const pairs = names.flatMap((first, index) =>
    names.slice(index + 1).map((second): PairAgreement => {
      const both = images.flatMap(({ votes }) => {
        const [a, b] = [voteOf(votes, first), voteOf(votes, second)];
        return a && b ? [[outcomeOf(a), outcomeOf(b)] as const] : [];
      });
      return { annotators: [first, second], ...cohenKappa(both) };
    }),
  );
  const self = names.map((annotator): SelfAgreement => {
    const asked = images.flatMap(({ votes, repeats }) => {
      const [vote, repeat] = [voteOf(votes, annotator), voteOf(repeats, annotator)];
      return vote && repeat ? [[outcomeOf(vote), outcomeOf(repeat)] as const] : [];
    });
    return { annotator, ...cohenKappa(asked) };
  });
  return {
    annotators: names.map((name) => ({
      name,
      images: images.filter(({ votes }) => voteOf(votes, name) !== undefined).length,
    })),
    all: fleissKappa(images.map(({ votes }) => votes.map(outcomeOf))),
    pairs,
    self: self.filter(({ images: repeated }) => repeated > 0),
    disagreements: images.flatMap((one) => disagreementOf(one, titles)),
  };
}

function disagreementOf(
  { image, votes, adjudication }: ImageVotes,
  titles: ReadonlyMap<string, string>,
): Disagreement[] {
  if (new Set(votes.map(outcomeOf)).size < 2) return [];
  const named = (vote: Vote) => {
    const outcome = outcomeOf(vote);
    return { annotator: vote.annotator, outcome, title: titles.get(outcome) ?? outcome };
  };
  return [
    { image, votes: votes.map(named), adjudicated: adjudication === null ? null : named(adjudication) },
  ];
}

/** Images in the dataset's order, with the decision of each annotator that counts. */
function* votesByImage(project: ProjectFile, openRound: ReadonlySet<number>): Generator<ImageVotes> {
  const classNames = project.dataset.classes();
  const standing = Map.groupBy(project.verdicts.allVotes(), ({ sampleId }) => sampleId);
  for (const sample of project.samples.all()) {
    const all = standing.get(sample.id);
    if (all === undefined || sample.state === 'vanished' || openRound.has(sample.id)) continue;
    const ofRole = (role: VerdictRole) =>
      all.filter((vote) => vote.role === role).map((vote) => namedVote(vote, sample, classNames));
    yield {
      image: sample.image,
      votes: ofRole('vote'),
      repeats: ofRole('repeat'),
      adjudication: ofRole('adjudication').at(-1) ?? null,
    };
  }
}
