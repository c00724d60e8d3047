import { expect, test } from 'vitest';
import { createRuns } from './runs.ts';
import { DAY, HOUR } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

const anchor = Date.parse('2026-11-22T12:00:00.000Z');
const layout = { seed: 7, anchor, place: { accountId: '111122223333', region: 'us-east-1' } };

function outline(now: number, seed = 7) {
  return SCENARIOS.flatMap((scenario) =>
    createRuns(scenario, { ...layout, seed })(now).map(
      ({ executionArn, start }) => `${start} ${executionArn}`,
    ),
  );
}

test('the same layout gives the same runs; another seed gives others', () => {
  expect(outline(anchor)).toEqual(outline(anchor));
  expect(outline(anchor, 8)).not.toEqual(outline(anchor));
});

test('accounts laid out around another moment share no execution ARN', () => {
  const arns = (at: number) =>
    SCENARIOS.flatMap((scenario) =>
      createRuns(scenario, { ...layout, anchor: at })(at).map((run) => run.executionArn),
    );
  const first = new Set(arns(anchor));
  expect(arns(anchor + 1).filter((arn) => first.has(arn))).toEqual([]);
});

test.for(SCENARIOS)(
  'runs of $name go on from where they were, in order, under ARNs of their own',
  (scenario) => {
    const runs = createRuns(scenario, layout);
    const before = runs(anchor - DAY).map(({ executionArn }) => executionArn);
    const after = runs(anchor + DAY);
    expect(after.map(({ executionArn }) => executionArn).slice(0, before.length)).toEqual(before);
    expect(after).toEqual(
      createRuns(
        scenario,
        layout,
      )(anchor + DAY).map((run) => expect.objectContaining({ name: run.name, start: run.start })),
    );
    expect(after.map(({ start }) => start)).toEqual(
      after.map(({ start }) => start).toSorted((a, b) => a - b),
    );
    expect(new Set(after.map(({ executionArn }) => executionArn)).size).toBe(after.length);
    for (const { name } of after) expect(name).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
  },
);

test('there are several hundred runs in the past, and new ones within the hour', () => {
  const past = outline(anchor).length;
  expect(past).toBeGreaterThan(600);
  expect(outline(anchor + HOUR).length).toBeGreaterThan(past + 20);
});

test('a print is the child of an invoice run', () => {
  const of = (name: string) => {
    const scenario = SCENARIOS.find((one) => one.name === name);
    return scenario === undefined ? [] : createRuns(scenario, layout)(anchor);
  };
  const parents = of('invoice-run').map(({ name }) => name);
  expect(of('invoice-print').map(({ name }) => `invoices-${name}`)).toEqual(parents);
});
