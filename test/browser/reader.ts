import type { Browser, Page } from 'playwright-core';

const PATIENCE = 10_000;

/** A reader with a browser: opens pages of one server, and notes what the browser complains of. */
export interface Reader {
  /** Errors on the console and of scripts, on any page since they were last taken. */
  readonly complaints: string[];
  readonly newPage: (options?: Parameters<Browser['newPage']>[0]) => Promise<Page>;
}

/** A reader in Berlin who reads English and wants no motion. */
export function createReader(browser: Browser): Reader {
  const complaints: string[] = [];
  return {
    complaints,
    newPage: async (options = {}) => {
      const page = await browser.newPage({
        viewport: { width: 1280, height: 800 },
        locale: 'en-GB',
        timezoneId: 'Europe/Berlin',
        reducedMotion: 'reduce',
        ...options,
      });
      page.setDefaultTimeout(PATIENCE);
      page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(`${page.url()}: ${message.text()}`);
      });
      return page;
    },
  };
}

/** Waits until nothing on the page is loading any more. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForFunction(() => document.querySelector('.skeleton') === null);
}

/** Opens an address and waits until it is all there. */
export async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await settled(page);
}

/** Presses Tab until what has the focus bears that name. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    const text = (await page.evaluate(() => document.activeElement?.textContent?.trim())) ?? '';
    if (typeof name === 'string' ? text === name : name.test(text)) return;
  }
  throw new Error(`Sixty presses of Tab do not reach ${name}.`);
}

/** Every kind of page, found as a reader would: by its links. */
export async function everyPath(page: Page, url: string): Promise<readonly string[]> {
  await open(page, `${url}/findings?ruleId=execution-stuck`);
  const hrefs = await page
    .locator('.finding-list a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  const first = (prefix: string) => hrefs.find((href) => href.startsWith(prefix)) ?? '';
  const machine = first('/state-machines/');
  return [
    '/',
    '/findings',
    first('/findings/'),
    '/state-machines',
    machine,
    `${machine}?pointer=%2FStartAt`,
    '/executions',
    '/executions?status=FAILED',
    '/executions?name=nobody-was-called-this',
    '/executions?valuePrefix=A2&minEvents=5&tag=team%3Dfulfilment',
    first('/executions/'),
    '/activities',
    '/coverage',
    '/nowhere',
  ];
}
