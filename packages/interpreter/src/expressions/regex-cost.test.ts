import { describe, expect, it } from 'vitest';
import { boundedRegex } from './bounded-regex.ts';
import { regexCost } from './regex-cost.ts';

describe('what a pattern costs on a subject of 10 characters', () => {
  it.each<[string, number]>([
    ['abc', 10],
    ['a*', 10],
    ['a*b*', 100],
    ['[*+?(){}|]*', 10],
    ['\\(\\*a+', 10],
    ['a?b?c?', 80],
    ['a??', 20],
    ['a+?b+?', 100],
    ['a|b|cd', 30],
    ['(?:ab)+', 10],
    ['(?<name>ab){2,}', 10],
    ['a{3}', 10],
    ['a{1,4}', 40],
    ['([0-9]{1,4}\\.){3}', 640],
    ['(a?){3}', 80],
    ['(a+){2}', 100],
    ['{a}', 10],
    ['(a+)+', Number.POSITIVE_INFINITY],
    ['(a|b)*', Number.POSITIVE_INFINITY],
    ['(a?)*', Number.POSITIVE_INFINITY],
    ['((a+)b)*', Number.POSITIVE_INFINITY],
    ['(a)\\1', Number.POSITIVE_INFINITY],
    ['(?<a>a)\\k<a>', Number.POSITIVE_INFINITY],
    ['a(?=b)', Number.POSITIVE_INFINITY],
    ['(?<!a)b', Number.POSITIVE_INFINITY],
    [`${'('.repeat(200)}${')'.repeat(200)}`, Number.POSITIVE_INFINITY],
    ['a'.repeat(501), Number.POSITIVE_INFINITY],
  ])('%s', (pattern, expected) => {
    expect(regexCost(pattern, true)(10)).toBeCloseTo(expected);
  });

  it('begins anywhere, unless it is anchored', () => {
    expect(regexCost('a*b', false)(10)).toBe(100);
    expect(regexCost('a*b', true)(10)).toBe(10);
  });
});

describe('a pattern of a filter', () => {
  it.each<[string, string, string, boolean]>([
    ['a', 'm', 'b\na', false],
    ['a|b', '', 'b', true],
    ['a|b', '', 'ab', false],
    ['.*', '', 'a\nb', false],
    ['.*', 's', 'a\nb', true],
    ['A', 'i', 'a', true],
    ['(\\d{1,3}\\.){3}\\d{1,3}', '', '10.0.0.1', true],
  ])('/%s/%s on %j', (source, flags, subject, expected) => {
    const { cost, matches } = boundedRegex(source, flags);
    expect(cost(subject)).toBeDefined();
    expect(matches(subject)).toBe(expected);
  });

  it.each(['(a+)+', 'a*a*a*a*', '\\p{Alpha}', '[a'])('%s is not run', (source) => {
    expect(boundedRegex(source, '').cost('a'.repeat(1000))).toBeUndefined();
  });
});
