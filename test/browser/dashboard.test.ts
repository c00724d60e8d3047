import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchChromium } from './chromium.ts';
import { findAccessibilityProblems, leastContrast, overflowOf } from './page-rules.ts';
import { createReader, everyPath, open, type Reader, settled, tabTo } from './reader.ts';
import { openEmpty, openShop, type Shop } from './shop.ts';

const chromium = findChromium();
process.stderr.write(`${chromium.says}\n`);

/** Of normal text, by WCAG 2.2 AA. */
const LEAST_CONTRAST = 4.5;

describe.skipIf(chromium.path === undefined)('the dashboard in a real browser', { timeout: 60_000 }, () => {
  let shop: Shop;
  let empty: Shop;
  let browser: Browser;
  let reader: Reader;

  beforeAll(async () => {
    [shop, empty, browser] = await Promise.all([
      openShop(),
      openEmpty(),
      launchChromium(chromium.path ?? ''),
    ]);
    reader = createReader(browser);
  }, 300_000);

  afterEach(() => {
    expect(reader.complaints.splice(0)).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await shop?.close();
    await empty?.close();
  });

  const stuck = (page: Page) =>
    page
      .getByRole('listitem')
      .filter({ hasText: 'Execution is stuck' })
      .filter({ hasText: 'AskForApproval' })
      .first();

  test('from the overview through a stuck execution’s finding to the event that proves it', async () => {
    const page = await reader.newPage();
    await open(page, `${shop.url}/`);
    expect(await page.title()).toBe('Overview · Steptrail');
    expect(await page.getByText('Sandbox: demo data', { exact: true }).count()).toBe(1);
    await page.getByRole('link', { name: 'Execution is stuck' }).first().waitFor();
    const slowed = page.getByRole('region', { name: 'Slowed by quotas' });
    expect(await slowed.textContent()).toMatch(
      /ListExecutions goes at \d+ % of its pace, for AWS throttled it/,
    );

    await stuckOn(page);
    await page.getByRole('heading', { level: 1, name: 'Execution is stuck' }).waitFor();
    await settled(page);
    expect(await page.getByRole('heading', { name: 'How to mend it' }).count()).toBe(1);
    expect(await page.locator('.definition .marked').first().textContent()).toContain('"AskForApproval"');

    const eventLink = page.getByRole('link', { name: /^Event \d+/ });
    const eventId = (await eventLink.textContent())?.match(/\d+/)?.[0] ?? '';
    await eventLink.click();
    await page.getByRole('heading', { level: 2, name: 'What it waits for' }).waitFor();
    await settled(page);
    expect(page.url()).toMatch(new RegExp(`/executions/.*#event-${eventId}$`));
    expect(await page.getByText('Nothing bounds this wait').count()).toBe(1);

    const proof = page.locator(`#event-${eventId}`);
    await proof.waitFor();
    expect(await proof.getAttribute('aria-current')).toBe('true');
    expect(await proof.getAttribute('class')).toContain('target');
    expect(await proof.textContent()).toContain('waitForTaskToken');
    const box = await proof.boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect(box?.y).toBeLessThan(800);
    await page.close();
  });

  /** The finding on an approval: on the overview, or among all of its rule. */
  async function stuckOn(page: Page): Promise<void> {
    if ((await stuck(page).count()) === 0) {
      await page.getByRole('link', { name: 'Critical' }).click();
      await settled(page);
    }
    await stuck(page).getByRole('link', { name: 'Execution is stuck' }).click();
  }

  test('the same way by keyboard alone', async () => {
    const page = await reader.newPage();
    await open(page, `${shop.url}/`);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Skip to content');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Execution is stuck');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Execution is stuck' }).waitFor();
    await settled(page);
    await tabTo(page, /^Event \d+/);
    await page.keyboard.press('Enter');
    await page.locator('tr.target').waitFor();
    const focused = await page.evaluate(() => document.activeElement?.id);
    expect(focused).toMatch(/^event-\d+$/);

    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('search');
    await page.keyboard.type('order-');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/executions\?name=order-/);
    await settled(page);
    expect(await page.getByRole('rowheader').first().textContent()).toMatch(/^order-/);
    await page.close();
  });

  test('payloads come only when they are asked for', async () => {
    const page = await reader.newPage();
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/events?')) asked.push(new URL(request.url()).search);
    });
    await open(page, `${shop.url}/executions?status=SUCCEEDED&name=order-`);
    await page.getByRole('rowheader').first().getByRole('link').click();
    await page.getByRole('button', { name: /^input .* of event 1$/ }).click();
    await page.locator('.payloads pre').waitFor();
    expect(await page.locator('.payloads pre').textContent()).toContain('{');
    expect(asked).toEqual(['?from=1&limit=100', '?from=1&limit=1&payloads=true']);
    await page.close();
  });

  test('filters stand in the URL, survive a reload, and lead through pages', async () => {
    const page = await reader.newPage();
    await open(page, `${shop.url}/executions`);
    await page.getByText('Failed', { exact: true }).first().click();
    await page.waitForURL(/status=FAILED/);
    await settled(page);
    await page.reload();
    await settled(page);
    expect(await page.getByRole('checkbox', { name: 'Failed' }).isChecked()).toBe(true);
    const first = await page.getByRole('rowheader').first().textContent();
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.waitForURL(/cursor=/);
    await settled(page);
    expect(await page.getByRole('rowheader').first().textContent()).not.toBe(first);
    await page.goBack();
    await settled(page);
    await expect.poll(() => page.getByRole('rowheader').first().textContent()).toBe(first);
    await page.close();
  });

  test('a value of an input leads to its execution and to the event that holds it', async () => {
    const page = await reader.newPage();
    await open(page, `${shop.url}/executions?name=order-`);
    const name = (await page.getByRole('rowheader').first().getByRole('link').textContent()) ?? '';
    const orderId = name.split('-').slice(1, -1).join('-');

    await open(page, `${shop.url}/executions`);
    await tabTo(page, 'More filters');
    await page.keyboard.press('Enter');
    await page.getByLabel('Path of the value').fill('orderId');
    await page.getByLabel('Value in input or output').fill(orderId);
    await page.keyboard.press('Enter');
    await page.waitForURL(/value=/);
    await settled(page);
    const row = page.getByRole('rowheader').filter({ hasText: name });
    await row.waitFor();
    const found = await page.getByRole('rowheader').allTextContents();
    expect(found.filter((text) => !text.includes(`input $.orderId: ${orderId}`))).toEqual([]);
    await row.getByRole('link', { name: 'input $.orderId' }).click();
    await page.locator('tr#event-1.target').waitFor();
    expect(await page.locator('tr#event-1').textContent()).toContain('ExecutionStarted');

    await open(page, `${shop.url}/executions?valuePrefix=no-such-value&status=FAILED`);
    expect(await page.getByText('No execution fits these filters').count()).toBe(1);
    expect(await page.getByLabel('Value begins with').inputValue()).toBe('no-such-value');
    await page.close();
  });

  test('an event far down a long history is found at once', async () => {
    const page = await reader.newPage();
    await open(page, `${shop.url}/findings?ruleId=history-quota-near`);
    await page
      .getByRole('link', { name: /· event \d+/ })
      .first()
      .click();
    const target = page.locator('tr.target');
    await target.waitFor();
    expect(Number((await target.getAttribute('id'))?.replace('event-', ''))).toBeGreaterThan(1_000);
    await page.close();
  });

  test('the chart is drawn, and the same is there as a table', async () => {
    const page = await reader.newPage();
    await open(page, `${shop.url}/`);
    const label = await page
      .getByRole('img', { name: /^Executions over 30 days: / })
      .getAttribute('aria-label');
    expect(label).toMatch(/\d+ Succeeded/);
    await page.getByText('The same as a table').click();
    expect(await page.getByRole('table').getByRole('rowheader').count()).toBeGreaterThan(5);
    await page.close();
  });

  test('a server that does not answer is said, and trying again helps', async () => {
    const page = await reader.newPage();
    await page.route('**/api/v1/findings*', (route) => route.abort());
    await page.goto(`${shop.url}/findings`);
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toContain('The Steptrail server does not answer');
    await page.unroute('**/api/v1/findings*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: 'Execution is stuck' }).first().waitFor();
    expect(reader.complaints.splice(0).filter((text) => !text.includes('ERR_FAILED'))).toEqual([]);
    await page.close();
  });

  test('while it loads, a screen reader hears what is loading', async () => {
    const page = await reader.newPage();
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/api/v1/executions?*', (route) => held.then(() => route.continue()));
    await page.goto(`${shop.url}/executions`);
    await page.getByRole('status').filter({ hasText: 'Loading executions' }).waitFor();
    answer();
    await settled(page);
    expect(await page.getByRole('rowheader').count()).toBe(50);
    await page.close();
  });

  test('what is not there is said in words', async () => {
    const page = await reader.newPage();
    await open(page, `${shop.url}/executions/arn%3Aaws%3Astates%3Anowhere`);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('The archive holds no execution');
    expect(reader.complaints.splice(0).filter((text) => !text.includes('status of 404'))).toEqual([]);
    await page.close();
  });

  describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
    test('every page has names, order and contrast', async () => {
      const page = await reader.newPage({ colorScheme });
      const wrong: string[] = [];
      for (const path of await everyPath(page, shop.url)) {
        await open(page, shop.url + path);
        wrong.push(...(await findAccessibilityProblems(page)).map((problem) => `${path}: ${problem}`));
        const { ratio, text } = await leastContrast(page);
        if (ratio < LEAST_CONTRAST) wrong.push(`${path}: contrast ${ratio.toFixed(2)} of ${text}`);
      }
      expect(wrong).toEqual([]);
      const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(ground).toBe(colorScheme === 'dark' ? 'rgb(13, 17, 23)' : 'rgb(246, 247, 249)');
      await page.close();
    });
  });

  test('no page is wider than a telephone', async () => {
    const page = await reader.newPage({ viewport: { width: 390, height: 844 } });
    const wide: string[] = [];
    for (const path of await everyPath(page, shop.url)) {
      await open(page, shop.url + path);
      const overflow = await overflowOf(page);
      if (overflow > 0) wide.push(`${path} by ${overflow} px`);
    }
    expect(wide).toEqual([]);
    await page.close();
  });

  test('the theme can be chosen, and is kept', async () => {
    const page = await reader.newPage({ colorScheme: 'light' });
    await open(page, `${shop.url}/`);
    await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await ground()).toBe('rgb(13, 17, 23)');
    await page.reload();
    await settled(page);
    expect(await ground()).toBe('rgb(13, 17, 23)');
    await page.close();
  });

  test.each([
    ['/', 'Nothing is archived yet'],
    ['/findings', 'No open findings'],
    ['/executions', 'No executions archived yet'],
    ['/state-machines', 'No state machines yet'],
    ['/coverage', 'No execution was seen in the last 30 days'],
    ['/activities', 'No activities'],
  ])('%s of an empty archive says what to do', async (path, says) => {
    const page = await reader.newPage();
    await page.goto(empty.url + path);
    await page.getByText(says, { exact: true }).waitFor();
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.close();
  });
});

test.runIf(chromium.path === undefined)('browser tests need a browser', () => {
  expect(chromium.says).toMatch(/^Browser tests are skipped: .*\.?/);
});
