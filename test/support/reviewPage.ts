import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { launchChromium } from './chromium.ts';

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
