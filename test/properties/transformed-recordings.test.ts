import { normaliseHistory, readStandIns } from '@steptrail/history';
import { replay, type Trace } from '@steptrail/interpreter';
import { describe, expect, test } from 'vitest';
import { hasCorpus, isFields, listCorpus, readCorpus } from '../conformance/recordings.ts';
import { UNEXPLAINED } from '../conformance/unexplained.ts';
import { cutBySibling, inMap, inParallel, sideBySide } from './enclosures.ts';
import {
  dropRole,
  dropTruncated,
  moveHouse,
  type RawCase,
  renameStates,
  reorderKeys,
  respellTimes,
  spaceOut,
  spellDefaults,
  startQualified,
  type Transformation,
} from './transformations.ts';

/*
 * What AWS recorded, changed into what it would have recorded as well: nothing of that is a reason to disagree, and
 * hardly anything is a reason to be less sure.
 */

interface NamedCase extends RawCase {
  readonly file: string;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const readCases = (): readonly NamedCase[] =>
  ['recorded', 'found'].flatMap((folder) =>
    listCorpus(folder).flatMap((file): readonly NamedCase[] => {
      const given = readCorpus(folder, file);
      if (!isFields(given) || !isFields(given.definition) || !Array.isArray(given.history)) return [];
      if (UNEXPLAINED[`${folder}/${file}`] !== undefined) return [];
      return [
        {
          file,
          definition: given.definition,
          history: given.history.filter(isFields),
          executionArn: text(given.executionArn),
          stateMachineArn: text(given.stateMachineArn),
          notes: given.notes,
          type: given.type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
        },
      ];
    }),
  );

const judge = ({ definition, history, notes, ...options }: RawCase): Trace => {
  const { events, problems } = normaliseHistory([...history]);
  expect(problems).toEqual([]);
  return replay(definition, events, { ...options, standIns: readStandIns(notes) });
};

const told = (name: string, { divergences: [first] }: Trace): readonly string[] =>
  first === undefined
    ? []
    : [`${name} #${first.eventId} ${first.why} expected ${first.expected}, recorded ${first.recorded}`];

const reasons = ({ unverifiable }: Trace): ReadonlySet<string> =>
  new Set(unverifiable.map(({ reason }) => reason));

/** Numbers below 1 that look random and are always the same. */
const numbers = (seed: number) => (): number => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
  return seed / 0x80000000;
};

const prefixed =
  (prefix: string) =>
  (name: string): string =>
    `${prefix} ${name}`.slice(0, 80);

const iso = (at: number): string => new Date(at).toISOString();

const TRANSFORMATIONS: Readonly<Record<string, Transformation>> = {
  'with other names of states': renameStates(prefixed('Other')),
  'with the keys of payloads in another order': reorderKeys,
  'with white space in payloads': spaceOut(2),
  'without inputDetails and outputDetails': dropTruncated,
  'without the role': dropRole,
  'started through an alias': startQualified,
  'in another account, region and partition': moveHouse,
  'with what is default written out': spellDefaults,
  'with times in epoch seconds': respellTimes((at) => at / 1000),
  'with times in epoch milliseconds': respellTimes((at) => at),
  'with times as the AWS CLI writes them': respellTimes((at) => iso(at).replace('Z', '000+00:00')),
  'with times in another zone': respellTimes((at) => iso(at + 7_200_000).replace('Z', '+02:00')),
  'in a Parallel': inParallel,
  'in a Map': inMap,
  'in a Parallel in a Map': (given) => {
    const inner = inParallel(given);
    return inner === undefined ? undefined : inMap(renameStates(prefixed('Inner'))(inner) ?? inner);
  },
};

describe.skipIf(!hasCorpus)('a recording', () => {
  const cases = hasCorpus ? readCases() : [];
  const doubts = new Map(cases.map((given) => [given, reasons(judge(given))]));

  test.each(Object.entries(TRANSFORMATIONS))('%s agrees as it did', (_, transform) => {
    let tried = 0;
    const found: string[] = [];
    for (const given of cases) {
      const other = transform(given);
      if (other === undefined) continue;
      tried += 1;
      const trace = judge(other);
      found.push(...told(given.file, trace));
      for (const reason of reasons(trace)) {
        if (doubts.get(given)?.has(reason) !== true) found.push(`${given.file}: ${reason}`);
      }
    }
    expect(found).toEqual([]);
    expect(tried).toBeGreaterThan(300);
  });

  test('beside another one agrees, in any order', () => {
    let tried = 0;
    const found: string[] = [];
    // What their authors replaced in two recordings cannot be told of both at once.
    const plain = cases.filter(({ notes }) => (readStandIns(notes)?.timesUnder ?? []).length === 0);
    for (const [index, one] of plain.entries()) {
      const other = plain[(index * 7 + 3) % plain.length];
      const left = renameStates(prefixed('Left'))(one);
      const right = other === undefined ? undefined : renameStates(prefixed('Right'))(other);
      if (other === undefined || left === undefined || right === undefined) continue;
      const both = sideBySide([left, right], numbers(index + 1));
      if (both === undefined) continue;
      tried += 1;
      found.push(...told(`${one.file} and ${other.file}`, judge(both)));
    }
    expect(found).toEqual([]);
    expect(tried).toBeGreaterThan(100);
  });

  test('cut anywhere by the failure of a branch beside it agrees', () => {
    let tried = 0;
    const found: string[] = [];
    for (const given of cases) {
      for (let at = 2; at < given.history.length; at += 1) {
        const other = cutBySibling(given, at);
        if (other === undefined) continue;
        tried += 1;
        found.push(...told(`${given.file} at ${at}`, judge(other)));
      }
    }
    expect(found).toEqual([]);
    expect(tried).toBeGreaterThan(500);
  });

  test('stopped anywhere agrees, and so does one that still runs', () => {
    const found: string[] = [];
    for (const given of cases) {
      const { history } = given;
      for (let at = 1; at < history.length; at += 1) {
        const before = history.slice(0, at);
        const last = before.at(-1);
        if (/^Execution[^SR]|^ExecutionSuc/.test(String(last?.type))) continue;
        const running = judge({ ...given, history: before });
        found.push(...told(`${given.file} until ${at}`, running));
        const stop = {
          id: at + 1,
          previousEventId: 0,
          timestamp: last?.timestamp,
          type: 'ExecutionAborted',
          executionAbortedEventDetails: {},
        };
        const stopped = judge({ ...given, history: [...before, stop] });
        found.push(...told(`${given.file} stopped at ${at}`, stopped));
        expect([running.status, stopped.status], given.file).toEqual(['RUNNING', 'ABORTED']);
      }
    }
    expect(found).toEqual([]);
  });
});

test.skipIf(hasCorpus)('no recordings here: set STEPTRAIL_CORPUS to the folder that holds them', () => {});
