import { expect } from 'vitest';
import type { Chromium } from '../../../device-sim/testing/chromium.ts';

/** The console in a browser, as its user sees it. */
export class ConsolePage {
  readonly chromium: Chromium;

  constructor(chromium: Chromium) {
    this.chromium = chromium;
  }

  /** Opens the console of a backend. @param url of its REST API */
  async open(url: string): Promise<void> {
    await this.chromium.open(`${url}/console`);
  }

  /** Text that is visible: of every element that a selector finds, joined by ` | `. */
  async text(selector: string): Promise<string> {
    const found = await this.chromium.run(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].filter((e) => e.checkVisibility()).map((e) => e.innerText.trim()).join(' | ')`,
    );
    return String(found);
  }

  /** Waits until visible text is like that. */
  async shows(selector: string, expected: RegExp | string): Promise<void> {
    const poll = expect.poll(() => this.text(selector));
    await (typeof expected === 'string' ? poll.toContain(expected) : poll.toMatch(expected));
  }

  /** Waits until nothing that a selector finds is visible. */
  async hides(selector: string): Promise<void> {
    await expect.poll(() => this.text(selector)).toBe('');
  }

  async click(selector: string): Promise<void> {
    await this.chromium.run(`document.querySelector(${JSON.stringify(selector)}).click()`);
  }

  /** Writes into a field, as a user does. */
  async write(selector: string, text: string): Promise<void> {
    const field = `document.querySelector(${JSON.stringify(selector)})`;
    await this.chromium.run(
      `{ const field = ${field}; field.value = ${JSON.stringify(text)}; field.dispatchEvent(new Event('input', { bubbles: true })); }`,
    );
  }

  /** Gives the token that the page asks for. */
  async signIn(token: string): Promise<void> {
    await this.shows('#sign-in', 'API token');
    await this.write('#token', token);
    await this.click('#sign-in button');
  }

  /** Opens a device. */
  async openDevice(name: string): Promise<void> {
    await this.shows('#device-rows button', name);
    await this.click(`#device-rows button[data-device=${JSON.stringify(name)}]`);
    await this.shows('#detail-name', name);
  }

  /** Names in the list, in their order. */
  async names(): Promise<string[]> {
    return (await this.text('#device-rows button')).split(' | ');
  }

  /** What has the focus: its id, or the name of the device of a row. */
  async focus(): Promise<string> {
    return String(await this.chromium.run(`document.activeElement.dataset.device ?? document.activeElement.id`));
  }
}
