import { expect, test } from 'vitest';
import { readStandIns } from './stand-ins.ts';

test.each([
  [
    'Synthetic: timestamps (start 2025-01-01T00:00:00.000Z, 50 ms an event); white space; placeholders: <Name>=machine-0, role=arn:aws:iam::111111111111:role/r; times inside payloads under: EnteredTime, StartTime.',
    {
      texts: ['machine-0', 'arn:aws:iam::111111111111:role/r'],
      timesUnder: ['EnteredTime', 'StartTime'],
    },
  ],
  [
    'placeholders: <file>=file_0.txt, <token>=AQ=. The test is no longer in the suite; times inside payloads under: A. B',
    { texts: ['file_0.txt', 'AQ='], timesUnder: ['A'] },
  ],
  ['placeholders: a=b, c=b', { texts: ['b'], timesUnder: [] }],
  ['Old AWS CLI output: us-west-2, a real account.', undefined],
  ['', undefined],
  [null, undefined],
  [['placeholders: a=b'], undefined],
])('what notes say was replaced: %j', (notes, standIns) => {
  expect(readStandIns(notes)).toEqual(standIns);
});
