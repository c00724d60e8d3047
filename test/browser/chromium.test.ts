import { expect, test } from 'vitest';
import { findChromium } from './chromium.ts';

test('the program that STEPTRAIL_CHROMIUM names is taken', () => {
  const found = findChromium({ STEPTRAIL_CHROMIUM: process.execPath, PATH: '' });
  expect(found.path).toBe(process.execPath);
  expect(found.says).toContain(process.execPath);
});

test('one that is none is said in a sentence, and nothing is installed', () => {
  const found = findChromium({ STEPTRAIL_CHROMIUM: '/nowhere/chrome', PATH: '' });
  expect(found).toEqual({
    says: 'Browser tests are skipped: STEPTRAIL_CHROMIUM names /nowhere/chrome, and that is no program; correct or unset it.',
  });
});
