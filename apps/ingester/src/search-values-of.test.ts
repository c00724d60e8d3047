import type { Event, Payload } from '@steptrail/history';
import { expect, test } from 'vitest';
import { searchValuesOf } from './search-values-of.ts';

const started = (input: Payload): Event => ({
  type: 'ExecutionStarted',
  id: 1,
  previousEventId: 0,
  timestamp: 0,
  input,
});
const succeeded = (output: Payload): Event => ({
  type: 'ExecutionSucceeded',
  id: 2,
  previousEventId: 1,
  timestamp: 0,
  output,
});

test.each<[string, readonly Event[], readonly string[]]>([
  ['nothing happened yet', [], []],
  ['it runs', [started('{"a":1}')], ['input $.a 1']],
  [
    'what goes through is one value',
    [started('{"a":1,"b":2}'), succeeded('{"a":1,"b":3}')],
    ['both $.a 1', 'input $.b 2', 'output $.b 3'],
  ],
  ['withheld', [started({ known: false, why: 'withheld' }), succeeded('"x"')], ['output $ x']],
  ['without its start', [succeeded('{"a":1}')], ['output $.a 1']],
])('%s', (_, events, values) => {
  expect(searchValuesOf(events).map(({ side, path, value }) => `${side} ${path} ${value}`)).toEqual(values);
});
