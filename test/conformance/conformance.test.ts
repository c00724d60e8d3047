import { describe, expect, test } from 'vitest';
import { countBy, JUSTIFIED, type Judged, judgeRecordings, reasonsOf } from './judge.ts';
import { hasCorpus, isFields, listCorpus, member, readCorpus } from './recordings.ts';
import { UNEXPLAINED } from './unexplained.ts';

const line = ({ recording, trace }: Judged): string => {
  const [first] = trace.divergences;
  const known = UNEXPLAINED[recording.file];
  const told =
    first === undefined
      ? ''
      : `#${first.eventId} ${first.why} Expected ${first.expected}, recorded ${first.recorded}.`;
  return `${recording.id}: ${known ?? told}`;
};

describe.skipIf(!hasCorpus)('recordings of AWS', () => {
  const judged = hasCorpus ? judgeRecordings() : [];
  const diverging = judged.filter(({ verdict }) => verdict === 'diverging');

  test('are explained by their definitions', () => {
    const counts = countBy(judged, ({ kind, features }) => ['all', kind, ...features]);
    console.info(
      [
        'agreeing / unverifiable / diverging recordings, by kind and feature',
        ...[...counts].map(
          ([key, { agreeing, unverifiable, diverging: not }]) =>
            `  ${key.padEnd(28)} ${agreeing} / ${unverifiable} / ${not}`,
        ),
        'unverifiable:',
        ...[...reasonsOf(judged)].map(([reason, { length }]) => `  ${length} ${reason}`),
        'not explained:',
        ...diverging.map((each) => `  ${line(each)}`),
      ].join('\n'),
    );
    const unknown = diverging.filter(({ recording }) => UNEXPLAINED[recording.file] === undefined);
    expect(unknown.map(line)).toEqual([]);
  });

  test('are unverifiable only where a reason justifies it', () => {
    const reasons = [...reasonsOf(judged).keys()];
    expect(reasons.filter((reason) => JUSTIFIED[reason] === undefined)).toEqual([]);
    expect(Object.keys(JUSTIFIED).filter((reason) => !reasons.includes(reason))).toEqual([]);
  });

  test('need no excuse that has become idle', () => {
    const files = new Set(diverging.map(({ recording }) => recording.file));
    expect(Object.keys(UNEXPLAINED).filter((file) => !files.has(file))).toEqual([]);
  });

  test('end as AWS says they ended', () => {
    const wrong = judged.filter(
      ({ recording, trace }) => recording.status !== '' && trace.status !== recording.status,
    );
    expect(
      wrong.map(({ recording, trace }) => `${recording.id}: ${trace.status}, not ${recording.status}`),
    ).toEqual([]);
  });

  test('are checked event by event', () => {
    for (const { recording, trace } of judged) {
      const touched = new Set([...trace.unverifiable, ...trace.divergences].map(({ eventId }) => eventId));
      expect(trace.agrees + touched.size, recording.id).toBeGreaterThanOrEqual(recording.events.length);
    }
  });
});

/** What DescribeMapRun shows of the definition's own settings. */
test.skipIf(!hasCorpus)('a recorded Map Run ran as its Map says', () => {
  const runs = listCorpus('recorded/outcomes')
    .map((file) => readCorpus('recorded/outcomes', file))
    .filter((each) => isFields(member(each, 'mapRuns')));
  expect(runs.length).toBeGreaterThan(0);
  for (const each of runs) {
    const described = member(member(each, 'mapRuns'), 'describe_map_run');
    const [state] = Object.values(Object(member(member(each, 'definition'), 'States')));
    expect(described).toMatchObject({
      status: member(each, 'status'),
      maxConcurrency: member(state, 'MaxConcurrency') ?? 0,
      toleratedFailureCount: member(state, 'ToleratedFailureCount') ?? 0,
      toleratedFailurePercentage: member(state, 'ToleratedFailurePercentage') ?? 0,
      // Without an ItemBatcher each item has a child of its own.
      executionCounts: member(described, 'itemCounts'),
    });
  }
});

test.skipIf(hasCorpus)('no recordings here: set STEPTRAIL_CORPUS to the folder that holds them', () => {});
