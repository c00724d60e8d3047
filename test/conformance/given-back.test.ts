import { compile, simulate, worldFromHistory } from '@steptrail/interpreter';
import { describe, expect, test } from 'vitest';
import { firstDifference } from './given-back.ts';
import { hasCorpus, readRecordings } from './recordings.ts';
import { UNEXPLAINED } from './unexplained.ts';

/*
 * `simulate`, with what was recorded as its world, gives the recording back: every event, in order, with its contents.
 */

/** Recordings that simulation does not give back although replay explains them, each with its reason. */
const NOT_GIVEN_BACK: Readonly<Record<string, string>> = {
  'recorded/base-scenarios-lambda-invoke-with-retry-extended-input-6d6c95.json':
    'recorded before there were redrives: its context object has no RedriveCount',
  'recorded/base-scenarios-lambda-service-invoke-with-retry-extended-inp-08468d.json':
    'recorded before there were redrives: its context object has no RedriveCount',
  'recorded/assign-reference-variables-reference-assign-base-reference-i-eaff79.json':
    'its notes: the recorder replaced a time in a variable, but not the constant that it comes from',
  'recorded/base-query-context-object-values-054e03.json':
    'its notes: the recorder replaced times in payloads; the same value has two times in two events',
  'recorded/generic-nested-calls-1-3d0edd.json':
    'its notes: the recorder replaced the name of the state machine by one with a hyphen, where the definition splits it',
  'recorded/generic-nested-calls-2-a4a8f4.json':
    'its notes: the recorder replaced the name of the state machine by one with a hyphen, where the definition splits it',
  'found/cumulus-single-task-fail.json': 'its input was shortened by hand and is no JSON',
};

describe.skipIf(!hasCorpus)('simulate in the world of a recording of AWS', () => {
  const whole = hasCorpus
    ? readRecordings('recorded', 'found').filter(
        ({ events, options }) => (options.logLevel ?? 'ALL') === 'ALL' && events.length > 0,
      )
    : [];

  test('gives the recording back', () => {
    const different: string[] = [];
    for (const { file, definition, events, options } of whole) {
      const program = compile(definition, options);
      const { world, input } = worldFromHistory(program, events, options);
      const difference = firstDifference(events, simulate(program, input, world));
      if (difference === undefined) continue;
      const known = NOT_GIVEN_BACK[file] ?? UNEXPLAINED[file];
      different.push(`${file} #${difference + 1}: ${known ?? 'UNKNOWN REASON'}`);
    }
    console.info(
      [
        `given back: ${whole.length - different.length} of ${whole.length} recordings; not:`,
        ...different,
      ].join('\n  '),
    );
    expect(different.filter((line) => line.endsWith('UNKNOWN REASON'))).toEqual([]);
    const listed = Object.keys({ ...NOT_GIVEN_BACK, ...UNEXPLAINED });
    expect(listed.filter((file) => !different.some((line) => line.startsWith(file)))).toEqual([]);
  });
});

test.skipIf(hasCorpus)('no recordings here: set STEPTRAIL_CORPUS to the folder that holds them', () => {});
