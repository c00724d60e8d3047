import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { hasCorpus, readRecordings } from '../conformance/recordings.ts';
import { definitionMutations } from './definition-mutations.ts';
import { historyMutations } from './history-mutations.ts';
import { isObject, type Json } from './json-mutations.ts';
import { judgeDefinition, judgeHistory, type Subject, subjectOf } from './judge.ts';
import { createSurvey } from './survey.ts';

/*
 * No rubber stamp: recordings and definitions with one thing changed, and replay has to say so. A sample of all
 * mutations; with STEPTRAIL_MUTATIONS=all every one (some minutes), and docs/mutations.md is written anew.
 */

const ALL = process.env.STEPTRAIL_MUTATIONS === 'all';
/** One of so many mutations, and of so many pairs of siblings, is tried. */
const EVERY = ALL ? 1 : 40;
const EVERY_PAIR = ALL ? 1 : 15;

const DOCUMENT = join(dirname(fileURLToPath(import.meta.url)), '../../docs/mutations.md');

const hash = (text: string): number => {
  let value = 2166136261;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 16777619);
  }
  return (value ^ (value >>> 15)) >>> 0;
};

/** The test class that a recording comes from: definitions of one family resemble each other. */
const familyOf = ({ recording }: Subject): string => recording.id.split('::').slice(0, 2).join('::');

describe.skipIf(!hasCorpus)('replay of what is not true', () => {
  const subjects = hasCorpus
    ? readRecordings('recorded', 'found')
        .filter(({ events, options }) => (options.logLevel ?? 'ALL') === 'ALL' && events.length > 0)
        .flatMap((recording) => subjectOf(recording) ?? [])
    : [];
  const survey = createSurvey();
  let drawn = 0;

  /** Whether the next mutation is part of the sample. */
  const isDrawn = (of: string, every: number): boolean => {
    drawn += 1;
    return every === 1 || hash(`${of} ${drawn}`) % every === 0;
  };

  test('diverges where a recorded history was changed', () => {
    for (const subject of subjects) {
      const { events, file } = subject.recording;
      for (const { kind, make } of historyMutations(events, [...subject.program.states.keys()])) {
        if (!isDrawn(file, EVERY)) continue;
        const mutation = make();
        survey.note('history', kind, `${file} #${mutation.at[0]}`, judgeHistory(subject, mutation));
      }
    }
    expect(survey.unexcused()).toEqual([]);
    expect(survey.share('history')).toBeGreaterThan(0.99);
  }, 1_000_000);

  test('diverges where the definition was changed', () => {
    for (const subject of subjects) {
      const { definition, file } = subject.recording;
      const given = definition as Json;
      if (!isObject(given)) continue;
      for (const { kind, make } of definitionMutations(given)) {
        if (!isDrawn(file, ALL ? 1 : EVERY / 4)) continue;
        const mutation = make();
        survey.note('definition', kind, `${file} ${mutation.pointer}`, judgeDefinition(subject, mutation));
      }
    }
    expect(survey.unexcused()).toEqual([]);
    expect(survey.share('definition')).toBeGreaterThan(0.99);
  }, 1_000_000);

  test('diverges with the definition of a sibling', () => {
    for (const subject of subjects) {
      const own = JSON.stringify(subject.recording.definition);
      for (const other of subjects) {
        const { definition, file } = other.recording;
        if (other === subject || familyOf(other) !== familyOf(subject)) continue;
        if (!isDrawn(subject.recording.file, EVERY_PAIR) || JSON.stringify(definition) === own) continue;
        const given = definition as Json;
        if (!isObject(given)) continue;
        const where = `${subject.recording.file} by ${file}`;
        survey.note('sibling', 'its definition', where, judgeDefinition(subject, { definition: given }));
      }
    }
    expect(survey.unexcused()).toEqual([]);
    expect(survey.share('sibling')).toBeGreaterThan(0.99);
  }, 1_000_000);

  test('tells by kind what was caught', () => {
    const report = survey.report(ALL ? '# Mutations of the recordings' : 'A sample of the mutations:');
    if (ALL) writeFileSync(DOCUMENT, `${report.trimEnd()}\n`);
    else console.info(report.split('\n## ')[0]);
    expect(survey.share()).toBeGreaterThan(0.99);
  });
});

test.skipIf(hasCorpus)('no recordings here: set STEPTRAIL_CORPUS to the folder that holds them', () => {});
