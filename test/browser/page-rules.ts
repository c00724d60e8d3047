import type { Page } from 'playwright-core';

/**
 * What is wrong with a page for those who do not see it or do not use a mouse: one sentence each. A small part of what
 * axe checks, by own assertions.
 */
export function findAccessibilityProblems(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const problems: string[] = [];
    const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
    const show = (element: Element) => element.outerHTML.slice(0, 120);

    const nameOf = (element: HTMLElement): string => {
      const labelled = element.getAttribute('aria-labelledby');
      if (labelled !== null) return document.getElementById(labelled)?.textContent?.trim() ?? '';
      const labels = 'labels' in element && element.labels instanceof NodeList ? [...element.labels] : [];
      const given = [element.getAttribute('aria-label'), ...labels.map((label) => label.textContent)];
      return (
        [...given, element.textContent, element.getAttribute('title')]
          .map((text) => text?.trim() ?? '')
          .find((text) => text !== '') ?? ''
      );
    };

    for (const element of all('a[href], button, input:not([type=hidden]), select, textarea')) {
      if (nameOf(element) === '') problems.push(`It has no name: ${show(element)}`);
    }
    for (const image of all('img:not([alt]), canvas:not([aria-label])')) {
      problems.push(`It has no text in its place: ${show(image)}`);
    }
    for (const table of all('table')) {
      if (table.querySelector('caption') === null) problems.push(`It has no caption: ${show(table)}`);
      for (const head of table.querySelectorAll('th:not([scope])'))
        problems.push(`It has no scope: ${show(head)}`);
    }

    const levels = all('h1, h2, h3, h4').map((heading) => Number(heading.tagName.slice(1)));
    if (levels.filter((level) => level === 1).length !== 1) problems.push('There is not exactly one h1.');
    levels.forEach((level, index) => {
      const before = levels[index - 1] ?? 0;
      if (level > before + 1)
        problems.push(`After a heading of level ${before} comes one of level ${level}.`);
    });

    const ids = all('[id]').map((element) => element.id);
    for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index))) {
      problems.push(`The id ${id} is there more than once.`);
    }
    for (const landmark of ['main', 'nav', 'header']) {
      if (all(landmark).length === 0) problems.push(`There is no ${landmark}.`);
    }
    if (document.documentElement.lang === '') problems.push('The page names no language.');
    if (!/\S · Steptrail$/.test(document.title)) problems.push(`The title is "${document.title}".`);
    return problems;
  });
}

/** By how many CSS pixels the page is wider than its window. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

/**
 * The text with the least contrast to its background, as a ratio. Transparent backgrounds are those of the nearest
 * opaque ancestor; text over pictures is left out.
 */
export function leastContrast(page: Page): Promise<{ readonly ratio: number; readonly text: string }> {
  return page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const channels = (colour: string): readonly number[] => {
      if (canvas === null) return [0, 0, 0, 0];
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (rgb: readonly number[]) => {
      const [r = 0, g = 0, b = 0] = rgb.map((channel) => {
        const part = channel / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const groundOf = (element: Element | null): readonly number[] => {
      for (let each = element; each !== null; each = each.parentElement) {
        const ground = channels(getComputedStyle(each).backgroundColor);
        if ((ground[3] ?? 0) === 255) return ground;
      }
      return [255, 255, 255, 255];
    };
    let least = { ratio: 21, text: '' };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent?.trim() ?? '';
      const element = walker.currentNode.parentElement;
      if (
        text === '' ||
        element === null ||
        element.closest('noscript, [disabled], .timeline-track, .visually-hidden') !== null
      )
        continue;
      const ink = luminance(channels(getComputedStyle(element).color));
      const ground = luminance(groundOf(element));
      const ratio = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
      if (ratio < least.ratio)
        least = { ratio, text: `${text.slice(0, 40)} in ${element.outerHTML.slice(0, 80)}` };
    }
    return least;
  });
}
