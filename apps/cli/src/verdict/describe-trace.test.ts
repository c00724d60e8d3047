import type { Event } from '@steptrail/history';
import { replay, simulate, type TaskCall, type World } from '@steptrail/interpreter';
import { describe, expect, test } from 'vitest';
import { collapse } from './describe-path.ts';
import { describeTrace } from './describe-trace.ts';
import { WIDTH } from './layout.ts';

const START = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;
const ARN = 'arn:aws:states:eu-west-1:111111111111:execution:orders:1';
const LAMBDA = 'arn:aws:lambda:eu-west-1:111111111111:function';

type Definition = Readonly<Record<string, unknown>>;
type Answer = ReturnType<World['task']>;

const run = (
  definition: Definition,
  input: Definition,
  task: (call: TaskCall) => Answer = () => ({ kind: 'succeeds', output: {}, after: 1000 }),
  more: Partial<World> = {},
): readonly Event[] =>
  simulate(definition, JSON.parse(JSON.stringify(input)), {
    start: START,
    executionArn: ARN,
    stateMachineArn: 'arn:aws:states:eu-west-1:111111111111:stateMachine:orders',
    roleArn: 'arn:aws:iam::111111111111:role/r',
    seed: 1,
    task,
    ...more,
  });

const told = (name: string, definition: Definition, events: readonly Event[], now = START + DAY): string => {
  const text = describeTrace(name, replay(definition, events, { executionArn: ARN }), { now, colour: false });
  for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(WIDTH);
  return text;
};

const polling: Definition = {
  StartAt: 'Count',
  States: {
    Count: {
      Type: 'Pass',
      Parameters: { 'n.$': 'States.MathAdd($.n, -1)' },
      Next: 'Ask',
    },
    Ask: {
      Type: 'Task',
      Resource: `${LAMBDA}:ask`,
      ResultPath: null,
      Retry: [{ ErrorEquals: ['Busy'] }],
      Next: 'Done?',
    },
    'Done?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.n', NumericLessThanEquals: 0, Next: 'Finished' }],
      Default: 'Count',
    },
    Finished: { Type: 'Succeed' },
  },
};

const order: Definition = {
  StartAt: 'Reserve',
  States: {
    Reserve: { Type: 'Task', Resource: `${LAMBDA}:reserve`, Next: 'Approve' },
    Approve: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      Parameters: {
        QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/1/approvals',
        MessageBody: { 'token.$': '$$.Task.Token' },
      },
      Next: 'Ship',
    },
    Ship: { Type: 'Task', Resource: `${LAMBDA}:ship`, End: true },
  },
};

const charging: Definition = {
  StartAt: 'Charge',
  States: {
    Charge: {
      Type: 'Task',
      Resource: `${LAMBDA}:charge`,
      Retry: [{ ErrorEquals: ['Lambda.TooManyRequestsException'], MaxAttempts: 2 }],
      Catch: [{ ErrorEquals: ['CardDeclined'], ResultPath: '$.failure', Next: 'Refund' }],
      End: true,
    },
    Refund: { Type: 'Task', Resource: `${LAMBDA}:refund`, End: true },
  },
};

const packing: Definition = {
  TimeoutSeconds: 7200,
  StartAt: 'Both',
  States: {
    Both: {
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'Each',
          States: {
            Each: {
              Type: 'Map',
              ItemsPath: '$.items',
              ItemProcessor: {
                StartAt: 'Pick',
                States: {
                  Pick: { Type: 'Task', Resource: `${LAMBDA}:pick`, TimeoutSeconds: 900, Next: 'Pack' },
                  Pack: { Type: 'Pass', End: true },
                },
              },
              End: true,
            },
          },
        },
        { StartAt: 'Settle', States: { Settle: { Type: 'Wait', Seconds: 3600, End: true } } },
      ],
      End: true,
    },
  },
};

describe('the verdict', () => {
  test('on a loop that went well', () => {
    const events = run(polling, { n: 28 }, ({ attempt, visit }) =>
      visit === 3 && attempt === 1
        ? { kind: 'fails', error: 'Busy', after: 200 }
        : { kind: 'succeeds', output: {}, after: 1000 },
    );
    expect(told('poll.json', polling, events)).toMatchInlineSnapshot(`
      "poll.json: SUCCEEDED after 30.1 s, 259 events, all explained by the definition
      Path
        (Count → Ask → Done?) ×28 → Finished
      Retried and caught
        Ask: Retry[0] once after Busy (entered at event 22)
      Costs
        loop at Count: 27 turns, 9.11 events each (9 to 12, the most from event 20)"
    `);
  });

  test('on a failure behind a Catch', () => {
    const events = run(charging, {}, ({ state, attempt }) => {
      if (state === 'Refund') {
        const cause = `{"errorMessage":"no such account: ${'0123456789'.repeat(30)}"}`;
        return { kind: 'fails', error: 'RefundFailed', cause, after: 300 };
      }
      return attempt < 3
        ? { kind: 'fails', error: 'Lambda.TooManyRequestsException', after: 100 }
        : { kind: 'fails', error: 'CardDeclined', cause: 'The card was declined.', after: 100 };
    });
    expect(told('histories/2026/01/order-4711.json', charging, events)).toMatchInlineSnapshot(`
      "histories/2026/01/order-4711.json:
        FAILED after 3.8 s, 17 events, all explained by the definition
      Failed
        RefundFailed in Refund (event 16)
          {"errorMessage":"no such account:
          0123456789012345678901234567890123456789012345678901234567890123456789012345
          6789012345678901234567890123456789012345678901234567890123456789012345678901
          23456789012345678901234 … (336 characters)
      Path
        Charge (caught) → Refund (failed)
      Retried and caught
        Charge: Retry[0] 2 times after Lambda.TooManyRequestsException (entered at
          event 2)
        Charge: Catch[0] once after CardDeclined (entered at event 2)"
    `);
  });

  test('on a record that was changed', () => {
    const events = run(order, { order: 1 }, () => ({
      kind: 'succeeds',
      output: { ok: true },
      after: 1000,
    })).map((event) =>
      event.type === 'LambdaFunctionScheduled' && event.id > 10
        ? { ...event, input: '{"order":2,"ok":true,"note":"this was never what the state before it gave"}' }
        : event,
    );
    expect(told('changed.json', order, events)).toMatchInlineSnapshot(`
      "changed.json: SUCCEEDED after 3.2 s, 18 events, NOT explained: 1 disagreement
      Path
        Reserve → Approve → Ship
      Disagrees (1)
        event 14 in Ship: The recorded input at /order is not what the definition
          makes of the data before it.
          expected  nothing
          recorded  2
      Not verifiable
        1 × a task token (event 8)
      Next
        Look at event 14 first: what comes after may follow from it. Make sure that
        this is the definition that ran (--definition FILE names another)."
    `);
  });

  test('on a callback that nothing bounds', () => {
    const events = run(order, { order: 1 }, ({ state }) =>
      state === 'Approve' ? { kind: 'hangs' } : { kind: 'succeeds', output: {}, after: 1000 },
    );
    const open = events.filter(({ timestamp }) => timestamp < START + DAY);
    expect(told('stuck.json', order, open, START + 4 * DAY)).toMatchInlineSnapshot(`
      "stuck.json:
        RUNNING for 4 days, 10 events, explained but for 1 that cannot be verified
      Path
        Reserve → Approve (open)
      Not verifiable
        1 × a task token (event 8)
      Pending
        Approve waits for a callback with its task token
          since 2026-01-01 00:00:01 UTC, 4 days ago (event 10)
          nothing bounds it but the limit of the service, 2027-01-01 00:00:00 UTC, in
            361 days
          arn:aws:states:::sqs:sendMessage.waitForTaskToken
      Next
        If the answer is known, send it with the task token (SendTaskSuccess or
        SendTaskFailure); else stop the execution. Then set TimeoutSeconds or
        HeartbeatSeconds at /States/Approve."
    `);
  });

  test('on branches and iterations under way', () => {
    const events = run(
      packing,
      { items: [1, 2, 3, 4, 5] },
      ({ parameters }) =>
        parameters === 2 || parameters === 4
          ? { kind: 'hangs' }
          : { kind: 'succeeds', output: {}, after: 1000 },
      { until: START + 60_000 },
    );
    expect(told('packing.json', packing, events, START + 90_000)).toMatchInlineSnapshot(`
      "packing.json: RUNNING for 90 s, 41 events, all explained by the definition
      Path
        Both (open)
        Both[0]: Each (open)
        Both[1]: Settle (open)
        Both[0]/Each[] (×5):
          ×3: Pick → Pack
          ×2: Pick (open)
      Pending
        Both: 0 of 2 done, 2 running
        Both[0]/Each: 3 of 5 done, 2 running
        Both[1]/Settle waits for its timer
          since 2026-01-01 00:00:00 UTC, 89.9 s ago (event 11)
          until 2026-01-01 01:00:00 UTC, in 58.5 min (Wait,
            /States/Both/Branches/1/States/Settle/Seconds)
        Both[0]/Each[1]/Pick waits for the result of its task, and so does 1 other
          like it
          since 2026-01-01 00:00:00 UTC, 89.9 s ago (event 23)
          bounded until 2026-01-01 00:15:00 UTC, in 13.5 min (time-out,
            /States/Both/Branches/0/States/Each/ItemProcessor/States/Pick/TimeoutSecon
            ds)
          arn:aws:lambda:eu-west-1:111111111111:function:pick
      Costs
        items of Each: 3 done, 9 events each"
    `);
  });

  test('is the same in colour, but for the colours', () => {
    const trace = replay(polling, run(polling, { n: 2 }));
    const plain = describeTrace('x.json', trace, { now: START, colour: false });
    const coloured = describeTrace('x.json', trace, { now: START, colour: true });
    expect(coloured).not.toBe(plain);
    expect(
      coloured
        .split('\u001b')
        .map((part, index) => (index === 0 ? part : part.replace(/^\[\d+m/, '')))
        .join(''),
    ).toBe(plain);
  });
});

describe('a path', () => {
  const words = (names: string): string => JSON.stringify(collapse([...names]));
  test.each([
    ['abc', '["a","b","c"]'],
    ['aaaa', '[{"steps":["a"],"times":4}]'],
    ['sababababx', '["s",{"steps":["a","b"],"times":4},"x"]'],
    ['aabaab', '[{"steps":[{"steps":["a"],"times":2},"b"],"times":2}]'],
    ['', '[]'],
  ])('%s', (names, expected) => {
    expect(words(names)).toBe(expected);
  });
});
