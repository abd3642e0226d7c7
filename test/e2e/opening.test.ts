import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hasChromium } from '../support/chromium.ts';
import type { ColourName } from '../support/colourDataset.ts';
import { makeTree } from '../support/datasetTree.ts';
import { makeModelsWithInt8 } from '../support/int8Model.ts';
import { photograph } from '../support/photographs.ts';
import { expectNoAxeFindings, goTo, makeDataset, openPage, tabTo } from '../support/reviewPage.ts';
import { serveDataset } from '../support/servedDataset.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const ROOT = join(import.meta.dirname, '../..');
const required = process.env.REQUIRE_E2E === '1';

async function openScreen(model?: string): Promise<Page> {
  const served = await serveDataset(null, temporaryFolder(), model);
  onTestFinished(() => served.stop());
  const page = await openPage(served.url, { width: 1024, height: 700 });
  await folderField(page).waitFor();
  return page;
}

const dataset = async (images?: Record<string, ColourName>) => (await makeDataset(images)).folder;

const folderField = (page: Page) => page.getByLabel('Folder', { exact: true });

/** As `npm start -- FOLDER` does where no window can be shown. */
async function startWith(folder: string, dataFolder: string) {
  const served = await serveDataset(folder, dataFolder, undefined, 'ann', false, ['--check']);
  onTestFinished(() => served.stop());
  return { served, page: await openPage(served.url, { width: 1024, height: 700 }) };
}

async function choose(page: Page, folder: string): Promise<void> {
  await folderField(page).fill(folder);
  await page.keyboard.press('Enter');
}

describe.skipIf(!hasChromium && !required)('opening a folder', () => {
  it('checks a new one that the program was started with, and opens it at once the next time', async () => {
    const folder = await dataset({ '1/1.png': 'anger', '1/2.png': 'anger', '2/1.png': 'sadness' });
    const dataFolder = temporaryFolder();
    const { page, served } = await startWith(folder, dataFolder);
    await page.getByText('One folder per class: 1, 2.').waitFor();
    await page.getByLabel('Model class of 1').selectOption('anger');
    await page.getByLabel('Model class of 2').selectOption('sadness');
    await page.getByRole('button', { name: 'Scan 3 images' }).click();
    await page.getByTestId('sample-image').or(page.getByText('Nothing is flagged')).first().waitFor();
    await page.reload();
    await page.getByRole('link', { name: 'Review', exact: true }).waitFor();
    expect(await page.getByText('One folder per class: 1, 2.').count()).toBe(0);
    await served.stop();

    const again = await startWith(folder, dataFolder);
    await again.page.getByRole('link', { name: 'Review', exact: true }).waitFor();
    expect(await again.page.getByRole('button', { name: 'Scan 3 images' }).count()).toBe(0);
  });

  it('opens the dataset that was opened last where no folder is named, and the sample before any was', async () => {
    const dataFolder = temporaryFolder();
    const startWithout = async () => {
      const served = await serveDataset(null, dataFolder, undefined, 'ann', false, ['--last']);
      onTestFinished(() => served.stop());
      const page = await openPage(served.url);
      await page.getByTestId('sample-image').waitFor();
      const state = await page.evaluate(async () => (await fetch('/api/state')).json());
      await served.stop();
      return state.project.folder;
    };
    expect(await startWithout()).toBe(join(ROOT, 'resources/sample/faces'));
    const own = await dataset();
    await (await serveDataset(own, dataFolder)).stop();
    expect(await startWithout()).toBe(own);
  });

  it('shows what was recognised by keyboard, takes corrections, and scans only when told to', async () => {
    const folder = await dataset({
      '0/1.png': 'anger',
      '0/2.png': 'anger',
      '0/wrong.png': 'sadness',
      'sad/1.png': 'sadness',
      'sad/2.png': 'sadness',
    });
    writeFileSync(join(folder, 'sad', 'broken.png'), 'no picture');
    const page = await openScreen();
    await folderField(page).fill(folder.slice(0, -2));
    await page.getByRole('option', { name: folder }).waitFor();
    await expectNoAxeFindings(page);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter'); // takes the completion
    await page.keyboard.press('Enter'); // opens it
    await page.getByText('One folder per class: 0, sad.').waitFor();
    await page.getByText('1 of the 6 images tried cannot be read').waitFor();
    await page.getByText('1 class is not mapped to an emotion yet').waitFor();
    await expectNoAxeFindings(page);
    await page.getByLabel('Model class of 0').selectOption('anger');
    await expect.poll(() => page.getByText('not mapped to an emotion').count()).toBe(0);
    await page.getByRole('button', { name: 'Scan 6 images' }).press('Enter');
    await page.getByTestId('verdict-line').waitFor();
    await expect.poll(() => page.getByTestId('sample-name').textContent()).toMatch(/0\/wrong\.png/);

    await page.getByRole('link', { name: 'Open', exact: true }).press('Enter');
    await page.getByText('faces is open').waitFor();
    await expectNoAxeFindings(page);
    await page.getByLabel('Model class of 0').selectOption('none:');
    await page.getByRole('link', { name: 'Review', exact: true }).press('Enter');
    await page.getByText('Nothing is flagged').or(page.getByTestId('verdict-line')).first().waitFor();
  });

  it('asks before a scan in which no class is mapped', async () => {
    const page = await openScreen();
    await choose(page, await dataset({ 'x1/1.png': 'anger', 'x2/1.png': 'sadness' }));
    await page.getByRole('img', { name: 'x1/1.png' }).waitFor();
    await page.getByLabel('Model class of x1').selectOption('none:');
    await page.getByLabel('Model class of x2').selectOption('none:');
    await page.getByRole('button', { name: 'Scan 2 images' }).click();
    const question = page.getByRole('dialog', { name: 'Scan without mapped classes?' });
    await question.waitFor();
    await expectNoAxeFindings(page);
    await question.getByRole('button', { name: 'Map classes' }).click();
    await question.waitFor({ state: 'detached' });
    await page.getByLabel('Model class of x1').selectOption('anger');
    await page.getByRole('button', { name: 'Scan 2 images' }).click();
    await page.getByTestId('sample-image').or(page.getByText('Nothing is flagged')).first().waitFor();
  });

  it('says on Review why nothing can be flagged after such a scan, and leads to the mapping', async () => {
    const page = await openScreen();
    await choose(page, await dataset({ 'x1/1.png': 'anger', 'x2/1.png': 'sadness' }));
    await page.getByLabel('Model class of x1').selectOption('none:');
    await page.getByLabel('Model class of x2').selectOption('none:');
    await page.getByRole('button', { name: 'Scan 2 images' }).click();
    await page.getByRole('button', { name: 'Scan without' }).click();
    await page.getByRole('heading', { name: 'No class is mapped to an emotion' }).waitFor();
    await expectNoAxeFindings(page);
    await page.getByRole('link', { name: 'Map classes' }).click();
    await page.getByLabel('Model class of x1').selectOption('anger');
    await page.getByRole('link', { name: 'Review', exact: true }).click();
    await page.getByTestId('sample-image').or(page.getByText('Nothing is flagged')).first().waitFor();
  });

  it('reads the labels from another table and column when told so', async () => {
    const folder = await dataset();
    const rows = ['file,emotion,second', 'happy/1.png,happy,glad', 'sad/1.png,sad,blue'];
    writeFileSync(join(folder, 'labels.csv'), rows.join('\n'));
    const page = await openScreen();
    await choose(page, folder);
    await page.getByRole('button', { name: /columns|in a table/ }).click();
    await page.getByLabel('Label', { exact: true }).selectOption('second');
    await page.getByRole('rowheader', { name: 'glad' }).waitFor();
    await page.getByRole('button', { name: 'Scan 2 images' }).waitFor();
    await page.getByRole('button', { name: 'Choose another folder' }).click();
    await folderField(page).waitFor();
  });

  it('says how long the scan of a very large folder takes, and what is faster', async () => {
    const page = await openScreen(makeModelsWithInt8(temporaryFolder()).fp32);
    await page.route('**/api/inspections', async (route) => {
      const response = await route.fetch();
      const inspection = await response.json();
      const layout = { ...inspection.layout, images: 300_000_000 };
      await route.fulfill({ response, json: { ...inspection, layout } });
    });
    await choose(page, await dataset());
    await page
      .getByText(/^This scan takes about \d.* on this CPU\. Faster: 8-bit precision, one view.* or a cluster/)
      .waitFor();
    await page.getByText('Scan options').click();
    await page.getByRole('radio', { name: /^8-bit/ }).check();
    await page.getByText(/on this CPU\. Faster: one view.* or a cluster/).waitFor();
  });

  it('has the images read as one chooses by keyboard, and later otherwise, which the overview tells apart', async () => {
    const page = await openScreen(makeModelsWithInt8(temporaryFolder()).fp32);
    await choose(page, await dataset());
    const fold = page.getByText('Scan options');
    await page.getByText('standard precision, views chosen automatically').waitFor();
    await tabTo(page, page.locator('summary', { has: fold }));
    await page.keyboard.press('Enter');
    const precision = page.getByRole('radio', { name: /^Standard/ });
    await tabTo(page, precision);
    expect(await precision.isChecked()).toBe(true);
    await page.keyboard.press('ArrowDown');
    await tabTo(page, page.getByRole('radio', { name: /^Automatic/ }));
    await page.keyboard.press('ArrowDown');
    await page.getByText('8-bit, one view per image').waitFor();
    await expectNoAxeFindings(page);
    await page.getByRole('button', { name: 'Scan 12 images' }).press('Enter');
    await page.getByTestId('sample-image').waitFor();
    await goTo(page, '#/open');
    await page.getByText(/\(8-bit\) on CPU, one view per image/).waitFor();

    const other = page.getByRole('button', { name: 'Scan options' });
    await expect.poll(() => other.isEnabled()).toBe(true); // once the work after the scan is done
    await tabTo(page, other);
    await page.keyboard.press('Enter');
    await page.getByText('All images were scanned with these options').waitFor();
    expect(await page.getByRole('button', { name: 'Scan 0 images' }).isDisabled()).toBe(true);
    await tabTo(page, page.getByRole('radio', { name: /^One view/ }));
    await page.keyboard.press('ArrowUp');
    await page.getByText('All images are scanned again').waitFor();
    await expectNoAxeFindings(page);
    await tabTo(page, page.getByRole('button', { name: 'Scan 12 images' }));
    await page.keyboard.press('Enter');
    await page.getByText(/\(8-bit\) on CPU, six views per image/).waitFor();
    await goTo(page, '#/overview');
    await page.getByText(/\(8-bit, one view per image\), then .* \(8-bit, six views/).waitFor();
  });

  it('finds the faces in whole photographs when told to, and shows each as an image', async () => {
    const large = { file: 'anger/aiko_005.jpg', left: 60, top: 120, side: 200 };
    const small = { file: 'happiness/aiko_007.jpg', left: 420, top: 40, side: 110 };
    const folder = await makeTree(join(temporaryFolder(), 'photographs'), {
      'angry/two.jpg': await photograph([large, small]),
      'happy/one.jpg': await photograph([small]),
    });
    const page = await openScreen();
    await choose(page, folder);
    await page.getByText('These look like whole photographs: in 2 of 2 images').waitFor();
    const whole = page.getByRole('radio', { name: /^Images are cropped faces/ });
    expect(await whole.isChecked()).toBe(true);
    expect(await page.getByRole('radio', { name: /^Boxes from the dataset/ }).count()).toBe(0);
    await expectNoAxeFindings(page);
    await whole.press('ArrowDown');
    await expect.poll(() => page.getByRole('radio', { name: /^Find the faces/ }).isChecked()).toBe(true);
    await page.getByRole('img', { name: 'angry/two.jpg, 2 faces found' }).waitFor();
    await page.getByRole('img', { name: 'happy/one.jpg, 1 face found' }).waitFor();
    await expectNoAxeFindings(page);
    await page.getByRole('button', { name: 'Scan 2 images' }).press('Enter');
    await page
      .getByRole('radio', { name: /^Several faces/ })
      .or(page.getByRole('button', { name: /^Several faces/ }))
      .first()
      .waitFor();
    await page.getByText('Several faces').first().click();
    await expect.poll(() => page.getByTestId('sample-name').textContent()).toMatch(/angry\/two\.jpg/);
    const picture = page.getByTestId('sample-image');
    await expect
      .poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBeLessThan(300); // the face, not the photograph
    await page.getByText('Photograph', { exact: true }).press('Enter');
    const whereItLies = page.getByRole('img', { name: 'The whole photograph, dimmed around this face' });
    await expect
      .poll(() => whereItLies.evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBeGreaterThan(300);
    await expectNoAxeFindings(page);
  });

  it('says what is wrong with a folder, and stays usable', async () => {
    const page = await openScreen();
    const empty = temporaryFolder();
    await choose(page, empty);
    await page.getByText(`${empty} is empty`).waitFor();
    const unlabelled = await dataset({ '1.png': 'anger', '2.png': 'anger' });
    await choose(page, unlabelled);
    await page.getByText('2 images, but no labels').waitFor();
    await expectNoAxeFindings(page);

    const folder = await dataset();
    await choose(page, folder);
    await page.getByRole('button', { name: 'Scan 12 images' }).waitFor();
    renameSync(folder, `${folder}-away`); // the drive is pulled out
    await page.getByRole('button', { name: 'Scan 12 images' }).click();
    await page.getByText('that its drive is connected').waitFor();
    renameSync(`${folder}-away`, folder);
    await page.getByRole('button', { name: 'Scan 12 images' }).click();
    await page.getByTestId('verdict-line').waitFor();
  });

  it('lists the folders opened before, also one whose drive is gone', async () => {
    const page = await openScreen();
    const [first, second] = [await dataset(), await dataset()];
    for (const folder of [first, second]) {
      await choose(page, folder);
      await page.getByRole('button', { name: 'Scan 12 images' }).click();
      await page.getByTestId('sample-image').waitFor(); // scanned, so that something is flagged
      await page.getByRole('link', { name: 'Open', exact: true }).click();
      await folderField(page).waitFor();
    }
    const top = async (name: string) => (await page.getByRole('heading', { name }).boundingBox())?.y ?? -1;
    expect(await top('faces is open')).toBeLessThan(await top('Recent')); // however many there are
    await page.getByRole('button', { name: first }).first().click(); // confirmed before: opened at once
    await page.getByTestId('verdict-line').waitFor();
    renameSync(second, `${second}-away`);
    await page.getByRole('link', { name: 'Open', exact: true }).click();
    await page.getByText(`${second}: not found`).waitFor();
    await page.getByRole('button', { name: `Remove ${second} from this list` }).click();
    await expect.poll(() => page.getByText(`${second}: not found`).count()).toBe(0);
  });
});
