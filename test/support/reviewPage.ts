import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { launchChromium } from './chromium.ts';
import { makeColourDataset, SMALL_DATASET, TINY_MODELS } from './colourDataset.ts';
import { grefel, serveDataset } from './servedDataset.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** A page of its own browser, which must not throw while the test lasts. */
export async function openPage(url: string): Promise<Page> {
  const context = await launchChromium();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  onTestFinished(() => expect(errors).toEqual([]));
  await page.goto(url);
  return page;
}

/** Presses a verdict's key once what is on the screen can be judged: an earlier press is not taken. */
export async function pressVerdict(page: Page, key: string): Promise<void> {
  const exclude = page.getByRole('button', { name: /exclude/i }).first();
  await expect.poll(() => exclude.isEnabled()).toBe(true);
  await page.keyboard.press(key);
}

export async function expectNoAxeFindings(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

export const text = (page: Page, testId: string) => page.getByTestId(testId).textContent();

interface JudgedItem {
  image: string;
  status: string;
  label: number | null;
}

/** Every image with its verdict, as the core has it. */
export function judgedImages(page: Page): Promise<JudgedItem[]> {
  return page.evaluate(async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const body = JSON.stringify({ filter: { show: 'all' } });
    const { queueId } = await (await fetch('/api/queues', { ...init, body })).json();
    return (await (await fetch(`/api/queues/${queueId}/items?limit=1000`)).json()).items;
  });
}

/** A scanned dataset of twelve images, served; the queue shows all of them. */
export async function serveScanned() {
  const folder = join(temporaryFolder(), 'faces');
  const data = temporaryFolder();
  await makeColourDataset(folder, SMALL_DATASET);
  grefel(['scan', folder, '--quiet', '--model', join(TINY_MODELS, 'tiny.onnx')], data);
  const served = await serveDataset(folder, data);
  onTestFinished(() => served.stop());
  return { folder, data, ...served, all: `${served.url}#/review?show=all` };
}

/** Runs a command from the palette. */
export async function runCommand(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Command' }).fill(words);
  await page.keyboard.press('Enter');
}
