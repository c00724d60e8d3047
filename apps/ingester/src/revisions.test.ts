import type { FaultKind } from '@steptrail/sandbox';
import { countTasks, listProblems, readExecution } from '@steptrail/store';
import { describe, expect, it } from 'vitest';
import { ingestOnce } from './ingest.ts';
import { executionArn, type TestMachine, testAccount } from './testing/account.ts';
import { countCalls } from './testing/count-calls.ts';
import { dump } from './testing/dump.ts';
import { DAY, HOUR, LOOP, loopHistory, MINUTE, START } from './testing/events.ts';
import { openWorld, type TestWorld } from './testing/world.ts';

const OPERATION = 'DescribeStateMachineForExecution';
const RENAMED = LOOP.replaceAll('"Work"', '"Other"');

/** Two executions, and the state machine's definition was another one before it was changed after them. */
const MACHINE: TestMachine = {
  name: 'Loop',
  definition: LOOP,
  histories: { first: loopHistory(START, 3), second: loopHistory(START + MINUTE, 3) },
  revisions: [{ from: START + 30 * MINUTE, definition: RENAMED }],
};
const FIRST = executionArn('Loop', 'first');

async function open(machine = MACHINE, now = START + HOUR) {
  return openWorld({ ...testAccount([machine]), retention: 90 * DAY }, now, { concurrency: 1 });
}

/** Of a dump what stands: without findings, and seals, that are no more. */
const archive = async ({ db }: TestWorld) =>
  (await dump(db.sql)).filter((line) => !/^(findings|alerts|seals) /.test(line));

async function undisturbed() {
  const world = await open();
  await ingestOnce(world.context);
  expect(await readExecution(world.db.sql, FIRST)).toMatchObject({
    revisionId: '',
    definitionAssumed: null,
    divergences: 0,
  });
  return archive(world);
}

describe('where AWS does not answer with which definition an execution ran', () => {
  it.each<[FaultKind, string]>([
    ['throttle', 'ThrottlingException'],
    ['server error', 'NotJson'],
    ['cut connection', 'ConnectionCut'],
    ['garbled', 'NotJson'],
    ['slow', 'Timeout'],
  ])(
    'once (%s): it is archived and not replayed, until AWS answers',
    { timeout: 20_000 },
    async (kind, code) => {
      const world = await open();
      const { context, db, sandbox, setNow } = world;
      sandbox.faults.add({ kind, operation: OPERATION, times: 1, delay: 2500 });
      const report = await ingestOnce(context);
      expect(report).toMatchObject({ archived: 2, failed: 1 });
      expect(report.problems).toMatchObject([{ subject: `${OPERATION} ${FIRST}`, code }]);
      expect(await readExecution(db.sql, FIRST)).toMatchObject({
        events: 14,
        complete: false,
        definitionSha256: null,
        agrees: null,
        problem: expect.stringContaining('not replayed yet'),
      });
      expect(await countTasks(db.sql, context.now?.())).toEqual({ waiting: 1, due: 0, failed: 1 });

      // The other one has been answered for meanwhile, and with it this one: nothing more needs to be asked.
      setNow(START + HOUR + 2 * MINUTE);
      expect(await ingestOnce(context)).toMatchObject({ archived: 1, failed: 0, problems: [] });
      expect(await archive(world)).toEqual(await undisturbed());
    },
  );

  it('for long: neither is judged by another definition, and the operation is not asked in vain', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 8 }, (_, i) => [`e${i}`, loopHistory(START + i * MINUTE, 2)]),
    );
    const { context, db, sandbox, setNow } = await open({ ...MACHINE, histories: many });
    const calls = countCalls(context.clients);
    sandbox.faults.add({ kind: 'server error', operation: OPERATION });
    expect(await ingestOnce(context)).toMatchObject({ archived: 8, failed: 8 });
    expect(calls(OPERATION)).toBe(3);
    expect(await listProblems(db.sql)).toHaveLength(8);
    const replayed = async () => (await db.sql`select execution_id from replays`).length;
    expect(await replayed()).toBe(0);
    sandbox.faults.clear();
    setNow(START + 2 * HOUR);
    expect(await ingestOnce(context)).toMatchObject({ archived: 8, failed: 0, problems: [] });
    expect(await replayed()).toBe(8);
  });

  it('and has forgotten the execution when asked again: the likeliest definition, and that it is that', async () => {
    const { context, db, sandbox, setNow } = await open();
    sandbox.faults.add({ kind: 'server error', operation: OPERATION });
    await ingestOnce(context);
    sandbox.faults.clear();
    setNow(START + 100 * DAY);
    expect((await ingestOnce(context)).problems).toEqual([]);
    expect(await readExecution(db.sql, FIRST)).toMatchObject({
      complete: true,
      definitionAssumed: 'forgotten',
      problem: null,
      forgottenAt: null,
    });
    const [replayed] = await db.sql`select divergences from replays`;
    expect(replayed).toMatchObject({ divergences: expect.any(Number) });
  });
});

it('where AWS refuses to say it: the likeliest one, said as such, and the right one when it may be asked', async () => {
  const world = await open();
  const { context, db, sandbox, setNow } = world;
  sandbox.faults.add({ kind: 'access denied', operation: OPERATION });
  const calls = countCalls(context.clients);
  const report = await ingestOnce(context);
  expect(report).toMatchObject({ archived: 2, failed: 0 });
  expect(report.problems).toMatchObject([{ subject: OPERATION, code: 'AccessDeniedException' }]);
  expect(calls(OPERATION)).toBe(1);
  const assumed = await readExecution(db.sql, FIRST);
  expect(assumed).toMatchObject({ complete: true, definitionAssumed: 'refused', problem: null });
  expect(assumed?.divergences).toBeGreaterThan(0);

  // Still refused: one question, and nothing changes.
  await ingestOnce(context);
  expect(await readExecution(db.sql, FIRST)).toEqual(assumed);

  sandbox.faults.clear();
  setNow(START + HOUR + MINUTE);
  expect((await ingestOnce(context)).problems).toEqual([]);
  expect(await archive(world)).toEqual(await undisturbed());
});
