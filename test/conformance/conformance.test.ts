import { replay, type Trace } from '@steptrail/interpreter';
import { describe, expect, test } from 'vitest';
import { hasCorpus, type Recording, readRecordings } from './recordings.ts';
import { UNEXPLAINED } from './unexplained.ts';

type Verdict = 'agreeing' | 'unverifiable' | 'diverging';

const verdictOf = (trace: Trace): Verdict => {
  if (trace.divergences.length > 0) return 'diverging';
  return trace.unverifiable.length > 0 ? 'unverifiable' : 'agreeing';
};

const line = (recording: Recording, trace: Trace): string => {
  const [first] = trace.divergences;
  const known = UNEXPLAINED[recording.file];
  const told =
    first === undefined
      ? ''
      : `#${first.eventId} ${first.why} Expected ${first.expected}, recorded ${first.recorded}.`;
  return `${recording.id}: ${known ?? told}`;
};

describe.skipIf(!hasCorpus)('recordings of AWS', () => {
  const results = hasCorpus
    ? readRecordings('recorded', 'found').map((recording) => {
        const trace = replay(recording.definition, recording.events, recording.options);
        return { recording, trace, verdict: verdictOf(trace) };
      })
    : [];

  test('are explained by their definitions', () => {
    const features = new Map<string, Record<Verdict, number>>();
    for (const { recording, verdict } of results) {
      for (const feature of ['all', ...recording.features]) {
        const counts = features.get(feature) ?? { agreeing: 0, unverifiable: 0, diverging: 0 };
        counts[verdict] += 1;
        features.set(feature, counts);
      }
    }
    const diverging = results.filter(({ verdict }) => verdict === 'diverging');
    console.info(
      [
        'agreeing / unverifiable / diverging recordings, by feature',
        ...[...features].map(
          ([feature, counts]) =>
            `  ${feature.padEnd(28)} ${counts.agreeing} / ${counts.unverifiable} / ${counts.diverging}`,
        ),
        'not explained:',
        ...diverging.map(({ recording, trace }) => `  ${line(recording, trace)}`),
      ].join('\n'),
    );
    const unknown = diverging.filter(({ recording }) => UNEXPLAINED[recording.file] === undefined);
    expect(unknown.map(({ recording, trace }) => line(recording, trace))).toEqual([]);
  });

  test('need no excuse that has become idle', () => {
    const diverging = new Set(
      results.filter(({ verdict }) => verdict === 'diverging').map(({ recording }) => recording.file),
    );
    expect(Object.keys(UNEXPLAINED).filter((file) => !diverging.has(file))).toEqual([]);
  });

  test('end as AWS says they ended', () => {
    const wrong = results.filter(
      ({ recording, trace }) => recording.status !== '' && trace.status !== recording.status,
    );
    expect(
      wrong.map(({ recording, trace }) => `${recording.id}: ${trace.status}, not ${recording.status}`),
    ).toEqual([]);
  });

  test('are checked event by event', () => {
    for (const { recording, trace } of results) {
      const touched = new Set([...trace.unverifiable, ...trace.divergences].map(({ eventId }) => eventId));
      expect(trace.agrees + touched.size, recording.id).toBeGreaterThanOrEqual(recording.events.length);
    }
  });
});

test.skipIf(hasCorpus)('no recordings here: set STEPTRAIL_CORPUS to the folder that holds them', () => {});
