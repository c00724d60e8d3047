import type { Payload } from '@steptrail/history';
import { expect, test } from 'vitest';
import { searchValuesOf } from './search-values-of.ts';

test.each<[string, Payload | undefined, Payload | undefined, readonly string[]]>([
  ['nothing happened yet', undefined, undefined, []],
  ['it runs', '{"a":1}', undefined, ['input $.a 1']],
  [
    'what goes through is one value',
    '{"a":1,"b":2}',
    '{"a":1,"b":3}',
    ['both $.a 1', 'input $.b 2', 'output $.b 3'],
  ],
  ['withheld', { known: false, why: 'withheld' }, '"x"', ['output $ x']],
  ['without its start', undefined, '{"a":1}', ['output $.a 1']],
])('%s', (_, input, output, values) => {
  const found = searchValuesOf(input, output);
  expect(found.map(({ side, path, value }) => `${side} ${path} ${value}`)).toEqual(values);
});
