import type { Locator, Page } from 'playwright-core';

/** Presses and clicks in a page, and counts them. Each typed character is a key; Control+Enter is two. */
export class CountedHand {
  keys = 0;
  clicks = 0;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async press(key: string): Promise<void> {
    this.keys += key.split('+').length;
    await this.#page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    this.keys += text.length;
    await this.#page.keyboard.type(text);
  }

  async click(target: Locator): Promise<void> {
    this.clicks++;
    await target.click();
  }
}
