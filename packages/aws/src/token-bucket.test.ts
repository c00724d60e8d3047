import { expect, it } from 'vitest';
import { quotasOf, shareOf } from './quotas.ts';
import { type Timing, TokenBucket } from './token-bucket.ts';

function virtualTime() {
  let now = 0;
  const waits: number[] = [];
  const timing: Timing = {
    now: () => now,
    wait: async (ms, signal) => {
      signal?.throwIfAborted();
      waits.push(ms);
    },
  };
  return { timing, waits, pass: (ms: number) => (now += ms) };
}

it('lets a burst through, then one in turn', async () => {
  const { timing, waits, pass } = virtualTime();
  const bucket = new TokenBucket({ size: 3, perSecond: 2 }, timing);
  for (let i = 0; i < 5; i++) await bucket.take();
  expect(waits).toEqual([500, 1000]);
  pass(10_000);
  for (let i = 0; i < 4; i++) await bucket.take();
  expect(waits).toEqual([500, 1000, 500]);
});

it('gives back the token of a wait that was aborted', async () => {
  const { timing, waits } = virtualTime();
  const bucket = new TokenBucket({ size: 1, perSecond: 1 }, timing);
  await bucket.take();
  await expect(bucket.take(AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
  await bucket.take();
  expect(waits).toEqual([1000]);
});

it('halves its pace when AWS throttles, once a storm, and recovers in ten minutes', async () => {
  const { timing, waits, pass } = virtualTime();
  const bucket = new TokenBucket({ size: 10, perSecond: 2 }, timing);
  await bucket.slowDown();
  await bucket.slowDown();
  await bucket.take();
  pass(600_000);
  await bucket.slowDown();
  await bucket.take();
  pass(10_000);
  await bucket.slowDown();
  await bucket.take();
  expect(waits.map(Math.round)).toEqual([1000, 1000, 1935]);
});

it.each([
  ['us-east-1', 5, 25],
  ['eu-central-1', 2, 5],
  ['eu-north-1', 2, 10],
])('AWS allows in %s ListExecutions %i times a second, FilterLogEvents %i times', (region, lists, logs) => {
  const quotas = quotasOf(region);
  expect(quotas.ListExecutions.perSecond).toBe(lists);
  expect(quotas.FilterLogEvents.perSecond).toBe(logs);
  expect(shareOf(quotas, 0.5).ListExecutions.perSecond).toBe(lists / 2);
});
