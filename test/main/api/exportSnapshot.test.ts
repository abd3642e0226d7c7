import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openProjectForReading } from '../../../src/main/open/index.ts';
import { ProjectFile } from '../../../src/main/project/index.ts';
import { clientOf, createHost } from '../../support/apiHost.ts';
import { makeTree } from '../../support/datasetTree.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** More than an export reads at once, and than an import writes at once. */
const IMAGES = 1300;
const AT = '2026-01-01T10:00:00.000Z';
const PICTURES = Array.from(
  { length: IMAGES },
  (_, at) => `${at % 2 ? 'sad' : 'happy'}/${String(at).padStart(4, '0')}.jpg`,
);
const DECISIONS = [
  'image,label_clean,status,annotator,decided_at',
  ...PICTURES.map((image) => `${image},,excluded,bob,${AT}`),
  '',
].join('\n');

async function opened() {
  const host = createHost();
  const folder = await makeTree(
    join(temporaryFolder(), 'faces'),
    Object.fromEntries(PICTURES.map((path) => [path, '1'])),
  );
  await host.open(folder);
  const client = clientOf(host);
  const download = async (path: string) => {
    const response = await client.request(path);
    expect(response.status).toBe(200);
    return response;
  };
  return { host, folder, ...client, download };
}

const excludedIn = (csv: string) =>
  (parse(csv, { columns: true }) as { status: string }[]).filter(({ status }) => status === 'excluded')
    .length;
type AskWith = (method: string) => Promise<Response>;
const everyId = Array.from({ length: IMAGES }, (_, at) => at + 1);

describe('an export while others decide', () => {
  it('has all decisions of an import that is under way', async () => {
    const { send, download } = await opened();
    const importing = send('POST', '/team/decisions', { files: [{ name: 'bob.csv', text: DECISIONS }] });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const csv = await (await download('/export/file?format=csv')).text();
    expect(excludedIn(csv)).toBe(IMAGES);
    expect(await importing).toMatchObject({ status: 200, body: { applied: { applied: IMAGES } } });
  });

  it.each(['/export/file?format=csv', '/report.html?what=all'])(
    'has none of a decision on many images that comes while %s is downloaded',
    async (path) => {
      const { host, download } = await opened();
      const before = (await (await download(path)).text()).match(/excluded/g)?.length ?? 0;
      const response = await download(path);
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      let text = new TextDecoder().decode((await reader.read()).value);
      host.workspace.decide({ sampleIds: everyId, verdict: 'excluded', label: null, note: '' });
      for (let part = await reader.read(); !part.done; part = await reader.read())
        text += new TextDecoder().decode(part.value);
      expect(text.match(/excluded/g)?.length ?? 0).toBe(before);
      expect((await (await download(path)).text()).match(/excluded/g)?.length ?? 0).toBeGreaterThan(before);
    },
  );

  it.each([
    ['asked for without its content', async (askWith: AskWith) => void (await askWith('HEAD'))],
    ['abandoned', async (askWith: AskWith) => void (await (await askWith('GET')).body?.cancel())],
  ])('closes what it reads from where its download is %s', async (_, ask) => {
    const { request } = await opened();
    const snapshots = vi.spyOn(ProjectFile, 'openSnapshot');
    onTestFinished(() => snapshots.mockRestore());
    await ask(async (method) => request('/export/file?format=csv', { method }));
    const project = snapshots.mock.results[0]?.value as ProjectFile;
    expect(() => project.currentVerdicts.count()).toThrow('not open');
  });

  it('has none of a decision on many images that comes while another process writes it', async () => {
    const { host, folder } = await opened();
    const { project } = openProjectForReading(folder);
    const samples = project.samples.all();
    samples.next();
    host.workspace.decide({ sampleIds: everyId, verdict: 'excluded', label: null, note: '' });
    expect(Array.from(samples).filter(({ currentVerdict }) => currentVerdict !== null)).toEqual([]);
    project.close();
    const again = openProjectForReading(folder).project;
    expect(again.currentVerdicts.count()).toBe(IMAGES);
    again.close();
  });
});
