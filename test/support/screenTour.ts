import type { Page } from 'playwright-core';
import { goTo, openWhy, pressVerdict } from './reviewPage.ts';

/** A screen, or a state of one, and how to reach it in a scanned dataset with some flagged images. */
export interface Stop {
  name: string;
  show(page: Page): Promise<unknown>;
}

/** Goes to a queue, and waits until it has taken the place of the one before. */
const goToQueue = async (page: Page, query: string) => {
  await goTo(page, `#/review?${query}`);
  await page.locator('main:not([aria-busy="true"])').waitFor();
};
const single = async (page: Page, query = 'show=all') => {
  await goToQueue(page, query);
  await page.getByTestId('sample-image').waitFor();
  await openWhy(page);
};
const grid = async (page: Page, query = 'show=all') => {
  await goToQueue(page, `${query}&view=grid`);
  await page.getByRole('gridcell').nth(2).waitFor();
};
const map = async (page: Page) => {
  await goTo(page, '#/map');
  const start = page.getByRole('button', { name: 'Build map' });
  const made = page.getByRole('application');
  await start.or(made).first().waitFor();
  if (await start.isVisible()) await start.click();
  await made.waitFor({ timeout: 300_000 });
  return made;
};
/** Closes what is open over the page, or leaves the active field. */
const leave = async (page: Page) => {
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('menu').waitFor({ state: 'detached' });
};
const dialog = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name }).waitFor();

/** Shows the Team screen with its checkbox for GReFEL's suggestions set accordingly. */
const hidePredictions = async (page: Page, hide: boolean) => {
  await goTo(page, '#/team');
  await page.getByRole('checkbox', { name: /Hide suggestions/ }).setChecked(hide);
  await page
    .getByRole('img', { name: 'Hidden: what GReFEL suggests' })
    .waitFor({ state: hide ? 'visible' : 'detached' });
};

/** Every screen and its dialogs, one after the other; none of them changes a label, or names an annotator. */
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
  {
    name: 'how-images-are-read',
    show: async (page) => {
      await page.getByRole('button', { name: 'Scan options' }).click();
      await page.getByRole('radio', { name: /^Six views/ }).check();
    },
  },
  {
    name: 'review',
    show: async (page) => {
      await leave(page);
      await single(page);
    },
  },
  { name: 'review-flagged', show: (page) => single(page, 'show=flagged') },
  {
    name: 'review-zoomed',
    show: async (page) => {
      await single(page);
      await page.keyboard.press('+');
      await page.keyboard.press('.');
      await page.getByText(/times, .* brighter/).waitFor();
      await page.keyboard.press('Shift+N');
      await page.locator('#note:focus').waitFor();
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
      await page.getByRole('figure').first().waitFor({ state: 'detached' });
      await single(page);
      await page.getByRole('button', { name: 'Save this view' }).click();
      await page.getByRole('textbox', { name: 'Name of the view' }).waitFor();
    },
  },
  {
    name: 'empty-queue',
    show: async (page) => {
      await leave(page);
      await goToQueue(page, 'show=unreadable');
      await page.getByText('Every image could be read').waitFor();
    },
  },
  {
    name: 'no-image-passes',
    show: async (page) => {
      await goToQueue(page, 'show=all&name=no-such-image');
      await page.getByText('No image matches these filters').waitFor();
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
    show: async (page) => {
      const guidelines = page.getByTestId('guidelines');
      await guidelines
        .getByRole('button', { name: /^Edit: / })
        .first()
        .press('Enter');
      await guidelines.getByRole('textbox', { name: /^What belongs to/ }).waitFor();
    },
  },
  {
    name: 'palette',
    show: async (page) => {
      await leave(page);
      await page.keyboard.press('Shift+G');
      await page.getByTestId('guidelines').waitFor({ state: 'detached' });
      await single(page);
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Command' }).fill('group');
    },
  },
  {
    name: 'model-card',
    show: async (page) => {
      await leave(page);
      await page.getByRole('button', { name: 'Model card' }).click();
      await dialog(page, /^tiny /);
      await page.getByText('Not a trained model').waitFor();
    },
  },
  {
    name: 'help',
    show: async (page) => {
      await leave(page);
      await page.keyboard.press('?');
      await dialog(page, 'Keyboard shortcuts');
    },
  },
  {
    name: 'keys',
    show: async (page) => {
      await page.getByRole('button', { name: 'Change shortcuts' }).click();
      await page.getByRole('button', { name: 'Change the key of Exclude' }).click();
      await page.keyboard.press('a');
      await page.getByText('is used by').waitFor();
    },
  },
  {
    name: 'annotator',
    show: async (page) => {
      await page.keyboard.press('Escape'); // no other key
      await leave(page);
      await page.getByRole('button', { name: /^Reviewer:/ }).click();
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
      await page.getByText('How this is estimated').click();
      const tables = page.getByRole('button', { name: /^Table: / });
      for (const table of await tables.all()) await table.click();
    },
  },
  {
    name: 'no-map-yet',
    show: async (page) => {
      await goTo(page, '#/map');
      await page.getByRole('button', { name: 'Build map' }).waitFor();
    },
  },
  { name: 'map', show: map },
  {
    name: 'map-chosen',
    show: async (page) => {
      await (await map(page)).focus();
      await page.keyboard.press('PageDown');
      await page.keyboard.press('a');
      await page.getByRole('button', { name: 'Review selection' }).waitFor();
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
      await page.getByRole('radio', { name: /Accept the suggestion/ }).check();
      await page.getByText(/suggestions? accepted; below it/).waitFor();
    },
  },
];

/**
 * States of a dataset in splits, whose images have a `gender` and an `age group`, and none of which is
 * reviewed.
 */
export const FURTHER_TOUR: Stop[] = [
  {
    name: 'metadata-filters',
    show: async (page) => {
      await single(page);
      for (const column of ['gender', 'age group']) {
        await page.locator('summary', { hasText: column }).press('Enter');
      }
      await page.getByRole('checkbox', { name: /^male/ }).waitFor();
    },
  },
  {
    name: 'overview-slices',
    show: async (page) => {
      await goTo(page, '#/overview');
      await page.getByRole('combobox', { name: 'Group by' }).selectOption('age group');
      await page.getByRole('link', { name: /^0-3: / }).waitFor();
    },
  },
  {
    name: 'predictions',
    show: async (page) => {
      await goTo(page, '#/open');
      await page.getByRole('button', { name: 'Import predictions' }).click();
      await dialog(page, /predictions/i);
    },
  },
  {
    name: 'first-name',
    show: async (page) => {
      await leave(page);
      await single(page, 'show=all&split=test');
      await pressVerdict(page, 'x');
      await dialog(page, 'Who is reviewing?');
    },
  },
  {
    name: 'test-split',
    show: async (page) => {
      await page.keyboard.type('Ann');
      await page.keyboard.press('Enter');
      await dialog(page, 'Change test labels?');
    },
  },
  {
    name: 'end-of-queue',
    show: async (page) => {
      await leave(page);
      await single(page, 'show=all&split=train');
      await page.keyboard.press('End');
      await page
        .getByTestId('queue-position')
        .getByText(/^(\d+) of \1$/)
        .waitFor();
      await pressVerdict(page, 'Space');
      await page.getByText('End of the queue').waitFor();
    },
  },
  {
    name: 'blind-review',
    show: async (page) => {
      await hidePredictions(page, true);
      await goToQueue(page, 'show=all');
      await page.getByTestId('sample-image').waitFor();
      await page.getByText('Blind mode').first().waitFor();
    },
  },
  {
    name: 'blind-overview',
    show: async (page) => {
      await goTo(page, '#/overview');
      await page.getByText('Blind mode').first().waitFor();
    },
  },
  {
    name: 'round',
    show: async (page) => {
      await hidePredictions(page, false);
      await page.getByRole('button', { name: 'Start round' }).click();
      await page.getByTestId('sample-image').waitFor();
    },
  },
  {
    name: 'round-on-the-team-screen',
    show: async (page) => {
      await goTo(page, '#/team');
      await page.getByRole('button', { name: 'Finish and show results' }).waitFor();
    },
  },
];

/**
 * States of a dataset in class folders that was not scanned.
 * @param photographs a folder of whole photographs that was never opened
 */
export const unscannedTour = (photographs: string): Stop[] => [
  {
    name: 'unscanned-review',
    show: async (page) => {
      await goTo(page, '#/review');
      await page.getByText('not scanned yet').first().waitFor();
    },
  },
  {
    name: 'unscanned-image',
    show: async (page) => {
      await goToQueue(page, 'show=all');
      await page.getByTestId('sample-image').waitFor();
      await page.getByText('Not scanned yet.').first().waitFor();
    },
  },
  {
    name: 'unscanned-overview',
    show: async (page) => {
      await goTo(page, '#/overview');
      await page.getByRole('main').getByRole('button', { name: 'Scan' }).waitFor();
    },
  },
  {
    name: 'unscanned-map',
    show: async (page) => {
      await goTo(page, '#/map');
      await page.getByText('Nothing scanned yet').waitFor();
    },
  },
  {
    name: 'export-folder',
    show: async (page) => {
      await goTo(page, '#/export');
      await page
        .getByRole('combobox', { name: 'Format' })
        .selectOption({ label: 'New tree of class folders' });
      await page.getByLabel('New folder').waitFor();
    },
  },
  {
    name: 'folder-check',
    show: async (page) => {
      await goTo(page, '#/open');
      await page.getByLabel('Folder', { exact: true }).fill(photographs);
      await page.keyboard.press('Enter');
      await page.getByText('These look like whole photographs').waitFor();
      await page.getByRole('radio', { name: /^Find the faces/ }).check();
      await page.getByText('Scan options').click();
    },
  },
];
