import { createAwsClients, PLACEHOLDER_CREDENTIALS } from '@steptrail/aws';
import { type Sandbox, startSandbox } from '@steptrail/sandbox';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { surveyAccount } from './survey-account.ts';
import { logGroupOf, testAccount } from './testing/account.ts';
import {
  APPROVAL,
  approvalHistory,
  CHECKOUT,
  checkoutHistory,
  DAY,
  LOOP,
  loopHistory,
  MINUTE,
  REGION,
  START,
} from './testing/events.ts';
import { shop } from './testing/map-run-shop.ts';

const times = <T>(count: number, make: (i: number) => T) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`e${i}`, make(i)]));

let sandbox: Sandbox;
beforeAll(async () => {
  const account = testAccount([
    {
      name: 'Approvals',
      definition: APPROVAL,
      histories: times(2500, (i) => approvalHistory(START + i * MINUTE, i < 10 ? undefined : MINUTE)),
    },
    { name: 'Loop', definition: LOOP, histories: times(2, (i) => loopHistory(START + i * MINUTE, 600)) },
    { name: 'Empty', definition: CHECKOUT, histories: {} },
    {
      name: 'Checkout',
      type: 'EXPRESS',
      definition: CHECKOUT,
      histories: times(50, (i) => checkoutHistory(START + 4.5 * DAY + i * MINUTE)),
    },
    shop(),
  ]);
  sandbox = await startSandbox({ source: { account }, now: () => START + 5 * DAY });
});
afterAll(() => sandbox.close());

const clients = () =>
  createAwsClients({
    region: REGION,
    endpoint: sandbox.endpoint,
    credentials: PLACEHOLDER_CREDENTIALS,
    maxAttempts: 1,
  });

it('lists all that its bound allows, and measures a sample', async () => {
  const progress: number[] = [];
  const survey = await surveyAccount(clients(), {
    lists: 100,
    sample: 12,
    now: START + 5 * DAY,
    onProgress: ({ lists, histories }) => progress.push(lists + histories),
  });
  expect(survey).toMatchObject({
    expressMachines: 1,
    listCalls: 1,
    listed: 2503,
    sampled: 11,
    estimatedMachines: 0,
    problems: [],
  });
  const [approvals, loop, empty, withChildren] = survey.machines;
  expect(approvals).toMatchObject({ whole: true, running: 10, callsAHistory: 1 });
  expect(approvals?.stopped).toHaveLength(2490);
  expect(loop).toMatchObject({ whole: true, callsAHistory: 3, eventsAHistory: 2402 });
  expect(empty).toMatchObject({ stopped: [], running: 0 });
  expect(survey.sampledForMapRuns).toBe(1);
  expect(withChildren?.children).toMatchObject({ mapRunsAnExecution: 1, anExecution: 3, callsAHistory: 1 });
  expect(withChildren?.children?.eventsAHistory).toBeGreaterThan(3);
  // A hundred days old, and a day's records are those of the last day.
  expect(survey.logGroups).toMatchObject([
    { logGroupName: logGroupOf('Checkout'), days: 90, basis: 'last day', retentionInDays: undefined },
  ]);
  expect(survey.logGroups[0]?.bytes).toBeGreaterThan(90 * 50 * 6 * 100);
  expect(progress.length).toBeGreaterThan(11);
});

it('begins every list before it goes on with one, and says what is estimated', async () => {
  const survey = await surveyAccount(clients(), { lists: 4, sample: 5 });
  expect(survey).toMatchObject({ listed: 1003, estimatedMachines: 1 });
  expect(survey.machines.map(({ whole }) => whole)).toEqual([false, true, true, true]);
});

it('says what could not be looked at, and goes on', async () => {
  sandbox.faults.add({ kind: 'access denied', operation: 'ListExecutions', times: 1 });
  const survey = await surveyAccount(clients(), { lists: 100, sample: 5 });
  sandbox.faults.clear();
  expect(survey.problems).toEqual([expect.stringContaining('Access denied to ListExecutions')]);
  expect(survey.listed).toBe(3);
});
