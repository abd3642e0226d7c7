import type { Page } from 'playwright-core';
import { goTo } from './reviewPage.ts';

/** A screen, or a state of one, and how to come to it in a scanned dataset of which some images are flagged. */
export interface Stop {
  name: string;
  show(page: Page): Promise<unknown>;
}

const single = async (page: Page, query = 'show=all') => {
  await goTo(page, `#/review?${query}`);
  await page.getByTestId('sample-image').waitFor();
  await page
    .getByRole('complementary', { name: 'Evidence' })
    .getByText('Most alike in this dataset')
    .waitFor();
  await page
    .getByRole('button', { name: /^Show .*labelled/ })
    .first()
    .waitFor();
};
const grid = async (page: Page, query = 'show=all') => {
  await goTo(page, `#/review?${query}&view=grid`);
  await page.getByRole('gridcell').nth(2).waitFor();
};
const map = async (page: Page) => {
  await goTo(page, '#/map');
  const start = page.getByRole('button', { name: 'Make the map' });
  const made = page.getByRole('application');
  await start.or(made).first().waitFor();
  if (await start.isVisible()) await start.click();
  await made.waitFor({ timeout: 300_000 });
  return made;
};
/** Closes what is open over the page, or leaves the field that is being typed in. */
const leave = async (page: Page) => {
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('menu').waitFor({ state: 'detached' });
};
const dialog = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name }).waitFor();

/** Every screen and what opens over it, one after the other; none of them changes a label. */
export const SCREEN_TOUR: Stop[] = [
  {
    name: 'open',
    show: async (page) => {
      await goTo(page, '#/open');
      await page.getByText('is open').waitFor();
    },
  },
  {
    name: 'open-failure',
    show: async (page) => {
      await page.getByLabel('Folder', { exact: true }).fill('/no/such/folder');
      await page.keyboard.press('Enter');
      await page.getByText('does not exist').waitFor();
    },
  },
  { name: 'review', show: (page) => single(page) },
  { name: 'review-flagged', show: (page) => single(page, 'show=flagged') },
  {
    name: 'review-zoomed',
    show: async (page) => {
      await single(page);
      await page.keyboard.press('+');
      await page.keyboard.press('.');
      await page.getByText(/times, .* brighter/).waitFor();
      await page.keyboard.press('Shift+N');
    },
  },
  {
    name: 'review-panels-hidden',
    show: async (page) => {
      await leave(page);
      await single(page);
      await page.keyboard.press('0');
      await page.keyboard.press('Shift+F');
      await page.getByRole('complementary', { name: 'Evidence' }).waitFor({ state: 'detached' });
    },
  },
  {
    name: 'compare',
    show: async (page) => {
      await page.keyboard.press('Shift+F');
      await single(page);
      await page.keyboard.press('Shift+C');
      await page.getByRole('figure').nth(1).waitFor();
    },
  },
  {
    name: 'saving-a-view',
    show: async (page) => {
      await page.keyboard.press('Shift+C');
      await single(page);
      await page.getByRole('button', { name: 'Save this view' }).click();
      await page.getByRole('textbox', { name: 'Name of the view' }).waitFor();
    },
  },
  {
    name: 'empty-queue',
    show: async (page) => {
      await leave(page);
      await goTo(page, '#/review?show=unreadable');
      await page.getByText('Every image could be read').waitFor();
    },
  },
  {
    name: 'no-image-passes',
    show: async (page) => {
      await goTo(page, '#/review?show=all&name=no-such-image');
      await page.getByText('No image passes these filters').waitFor();
    },
  },
  { name: 'grid', show: (page) => grid(page) },
  {
    name: 'grid-groups',
    show: async (page) => {
      await grid(page, 'show=all&group=given');
      await page
        .getByRole('heading', { name: /^labelled/i })
        .first()
        .waitFor();
      await page.keyboard.press('Home');
      await page.keyboard.press('Control+g');
      await page.locator('[role="gridcell"][aria-selected="true"]').first().waitFor();
    },
  },
  {
    name: 'image-menu',
    show: async (page) => {
      await grid(page);
      await page.getByRole('gridcell').nth(1).click({ button: 'right' });
      await page.getByRole('menu').waitFor();
    },
  },
  {
    name: 'guidelines',
    show: async (page) => {
      await leave(page);
      await single(page);
      await page.keyboard.press('Shift+G');
      await page.getByTestId('guidelines').getByRole('heading', { name: 'Guidelines' }).waitFor();
    },
  },
  {
    name: 'guidelines-edit',
    show: (page) =>
      page
        .getByTestId('guidelines')
        .getByRole('button', { name: /^Edit: / })
        .first()
        .press('Enter'),
  },
  {
    name: 'palette',
    show: async (page) => {
      await leave(page);
      await page.keyboard.press('Shift+G');
      await goTo(page, '#/team'); // leaves the text that is being written
      await single(page);
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Command' }).fill('group');
    },
  },
  {
    name: 'help',
    show: async (page) => {
      await leave(page);
      await page.keyboard.press('?');
      await dialog(page, /keys/i);
    },
  },
  {
    name: 'keys',
    show: async (page) => {
      await page.getByRole('button', { name: 'Change keys' }).click();
      await page.getByRole('button', { name: 'Change the key of Exclude' }).click();
      await page.keyboard.press('a');
      await page.getByText('is the key of').waitFor();
    },
  },
  {
    name: 'annotator',
    show: async (page) => {
      await page.keyboard.press('Escape'); // no other key
      await leave(page);
      await page.getByRole('button', { name: /^Annotator:/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'overview',
    show: async (page) => {
      await leave(page);
      await goTo(page, '#/overview');
      await page.getByRole('heading', { name: 'Review yield' }).waitFor();
    },
  },
  {
    name: 'overview-tables',
    show: async (page) => {
      const tables = page.getByRole('button', { name: /^Table: / });
      for (const table of await tables.all()) await table.click();
    },
  },
  { name: 'map', show: map },
  {
    name: 'map-chosen',
    show: async (page) => {
      await (await map(page)).focus();
      await page.keyboard.press('PageDown');
      await page.keyboard.press('a');
      await page.getByRole('button', { name: 'Review them' }).waitFor();
    },
  },
  {
    name: 'team',
    show: async (page) => {
      await goTo(page, '#/team');
      await page.getByRole('heading', { name: 'Agreement' }).waitFor();
    },
  },
  {
    name: 'export',
    show: async (page) => {
      await goTo(page, '#/export');
      await page.getByTestId('export-link').waitFor();
    },
  },
  {
    name: 'export-suggestions',
    show: async (page) => {
      await page.getByRole('radio', { name: /Take the suggestion/ }).check();
      await page.getByText(/suggestions? taken; below it/).waitFor();
    },
  },
];
