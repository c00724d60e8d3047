import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makeFolder, runSteptrail } from './run-steptrail.ts';

const { folder, remove } = makeFolder();
const logs = makeFolder();
afterAll(remove);
afterAll(logs.remove);

function write(name: string, content: unknown, into = folder): string {
  const file = join(into, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const definition = {
  StartAt: 'Double',
  States: { Double: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, $.n)' }, End: true } },
};

function history(output: string) {
  const at = (id: number, previousEventId: number, type: string, more: object) => ({
    id,
    previousEventId,
    timestamp: `2026-01-01T00:00:00.${id}00Z`,
    type,
    ...more,
  });
  return [
    at(1, 0, 'ExecutionStarted', {
      executionStartedEventDetails: { input: '{"n":2}', roleArn: 'arn:aws:iam::1:role/r' },
    }),
    at(2, 0, 'PassStateEntered', { stateEnteredEventDetails: { name: 'Double', input: '{"n":2}' } }),
    at(3, 2, 'PassStateExited', { stateExitedEventDetails: { name: 'Double', output } }),
    at(4, 3, 'ExecutionSucceeded', { executionSucceededEventDetails: { output } }),
  ];
}

const definitionFile = write('definition.asl.json', definition);
const explained = write('explained.json', { definition, history: history('{"n":4}') });
const changed = write('changed.json', { definition, history: history('{"n":5}') });
const bare = write('bare.json', history('{"n":4}'));
const fromCli = write('from-cli.json', { events: history('{"n":4}') });
const reversed = write('reversed.json', { events: history('{"n":4}').toReversed() });
const index = write('index.json', [{ id: 'a', file: 'explained.json' }]);
const cut = write('cut.json', JSON.stringify({ definition, history: history('{"n":4}') }).slice(0, 90));

/** Log records of an execution of the machine above. */
function logOf(name: string, output: string) {
  const execution_arn = `arn:aws:states:us-east-1:111111111111:express:m:${name}:u`;
  return history(output).map(({ id, previousEventId, timestamp, type, ...details }) => ({
    id: String(id),
    previous_event_id: String(previousEventId),
    event_timestamp: String(Date.parse(timestamp)),
    type,
    details: Object.values(details)[0],
    execution_arn,
    redrive_count: '0',
  }));
}

const events = [...logOf('a', '{"n":4}'), ...logOf('b', '{"n":5}')].map((record) => ({
  timestamp: Number(record.event_timestamp),
  message: JSON.stringify(record),
}));
const logged = write(
  'logged.json',
  {
    events: [...events.toReversed(), { timestamp: 1, message: 'permission check' }],
  },
  logs.folder,
);
const lines = write(
  'lines.log',
  events
    .slice(0, 4)
    .map(({ message }) => `2026-01-01T00:00:00 s ${message}`)
    .join('\n'),
  logs.folder,
);
const [start, , exit, end] = events;
const patchy = write('patchy.json', [end, start, exit, end], logs.folder);
const fatal = write(
  'fatal.json',
  {
    definition: { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E' } } },
    logs: [
      {
        id: '3',
        previous_event_id: '2',
        event_timestamp: '1767225600300',
        type: 'ExecutionFailed',
        details: { error: 'E' },
        execution_arn: 'arn:aws:states:us-east-1:111111111111:express:m:f:u',
      },
    ],
  },
  logs.folder,
);
const answer = (output: string) => ({
  definition,
  executionArn: 'arn:aws:states:us-east-1:111111111111:express:m:f:u',
  input: '{"n":2}',
  output,
  status: 'SUCCEEDED',
  startDate: 1,
  stopDate: 2,
});
const answered = write('answered.json', answer('{"n":4}'), logs.folder);
const misanswered = write('misanswered.json', answer('{"n":5}'), logs.folder);

const running = { definition, history: history('{"n":4}').slice(0, 3) };
const endless = write('endless.json', { ...running, status: 'SUCCEEDED' }, logs.folder);
const unended = write('unended.json', { ...running, status: 'RUNNING' }, logs.folder);

describe('steptrail replay', () => {
  test.each([
    ['a recorded case that agrees', [explained], 0],
    ['an array of events with --definition', [bare, '--definition', definitionFile], 0],
    ['the output of the AWS CLI', [fromCli, '--definition', definitionFile], 0],
    ['the same, newest first', [reversed, '--definition', definitionFile], 0],
    ['a changed payload', [changed], 1],
    ['a case that has succeeded, without the event that says so', [endless], 1],
    ['a case that still runs', [unended], 0],
    ['log records of two executions, one of which diverges', [logged, '--definition', definitionFile], 1],
    ['log records line by line', [lines, '--definition', definitionFile], 0],
    ['log records with gaps and doubles in any order', [patchy, '--definition', definitionFile], 0],
    ['a log at level FATAL', [fatal], 0],
    ['an answer of StartSyncExecution', [answered], 0],
    ['an answer of StartSyncExecution that the definition does not give', [misanswered], 1],
    ['no definition', [bare], 2],
    ['cut JSON', [cut], 2],
    ['cut JSON beside one that diverges', [cut, changed], 2],
    ['a file that is not there', [join(folder, 'nowhere.json')], 2],
    ['a file without a history', [definitionFile], 2],
    ['a list of something else', [index], 2],
    ['no file at all', [], 2],
    ['an unknown option', [explained, '--jsonl'], 2],
    ['an unknown type', [explained, '--type', 'QUICK'], 2],
  ])('%s', async (_, args, code) => {
    const ended = await runSteptrail(['replay', ...args]);
    expect(ended).toMatchObject({ code });
    expect(ended.stderr).not.toMatch(/^\s+at /m);
    if (code === 2) expect(ended.stderr.trim()).not.toBe('');
  });

  test('--json prints one line per history, of the contract', async () => {
    const { stdout, code } = await runSteptrail(['replay', explained, changed, '--json']);
    const [first, second, ...others] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(1);
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      file: explained,
      status: 'SUCCEEDED',
      events: 4,
      unverifiable: 0,
      divergences: [],
      pending: [],
    });
    expect(first.agrees).toBeGreaterThan(0);
    expect(second.divergences).toEqual([
      expect.objectContaining({ eventId: 3, state: 'Double', expected: '4', recorded: '5' }),
    ]);
    expect(second.divergences[0].why).not.toBe('');
  });

  test('an open execution says what it waits for and until when', async () => {
    const open = write('open.json', {
      definition: {
        StartAt: 'Ask',
        States: {
          Ask: {
            Type: 'Task',
            Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
            Parameters: { QueueUrl: 'q', 'MessageBody.$': '$$.Task.Token' },
            TimeoutSeconds: 60,
            End: true,
          },
        },
      },
      history: [
        ...history('').slice(0, 1),
        {
          id: 2,
          previousEventId: 0,
          timestamp: '2026-01-01T00:00:00.100Z',
          type: 'TaskStateEntered',
          stateEnteredEventDetails: { name: 'Ask', input: '{"n":2}' },
        },
        {
          id: 3,
          previousEventId: 2,
          timestamp: '2026-01-01T00:00:00.100Z',
          type: 'TaskScheduled',
          taskScheduledEventDetails: {
            resourceType: 'sqs',
            resource: 'sendMessage.waitForTaskToken',
            region: 'us-east-1',
            parameters: '{"QueueUrl":"q","MessageBody":"token"}',
            timeoutInSeconds: 60,
          },
        },
        {
          id: 4,
          previousEventId: 3,
          timestamp: '2026-01-01T00:00:01Z',
          type: 'TaskStarted',
          taskStartedEventDetails: { resourceType: 'sqs', resource: 'sendMessage.waitForTaskToken' },
        },
        {
          id: 5,
          previousEventId: 4,
          timestamp: '2026-01-01T00:00:01Z',
          type: 'TaskSubmitted',
          taskSubmittedEventDetails: {
            resourceType: 'sqs',
            resource: 'sendMessage.waitForTaskToken',
            output: '{}',
          },
        },
      ],
    });
    const { stdout } = await runSteptrail(['replay', open, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'RUNNING',
      divergences: [],
      pending: [{ state: 'Ask', waitsFor: 'callback token', until: '2026-01-01T00:01:01.000Z' }],
    });
  });

  describe('a child execution of a distributed Map', () => {
    const parent = write(
      'parent.json',
      {
        StartAt: 'Each',
        States: {
          Each: {
            Type: 'Map',
            ItemProcessor: {
              ...definition,
              ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            },
            End: true,
          },
        },
      },
      logs.folder,
    );
    const child = ['replay', bare, '--definition', parent, '--json', '--processor-of'];

    test('is replayed through the processor of that Map', async () => {
      const { stdout, code } = await runSteptrail([...child, 'Each']);
      expect(JSON.parse(stdout)).toMatchObject({ status: 'SUCCEEDED', divergences: [] });
      expect(code).toBe(0);
    });

    test('of a Map that is not there', async () => {
      const { stderr, code } = await runSteptrail([...child, 'Every']);
      expect(stderr).toContain('the definition has no Map state Every');
      expect(code).toBe(2);
    });
  });

  test('a folder means all JSON files in it', async () => {
    const { stdout, stderr, code } = await runSteptrail([
      'replay',
      folder,
      '--definition',
      definitionFile,
      '--json',
    ]);
    expect(stdout.trim().split('\n')).toHaveLength(6);
    expect(stderr).toContain('cut.json');
    expect(stderr).not.toContain('index.json');
    expect(code).toBe(2);
  });
});

describe('steptrail inspect', () => {
  const call = write('call.json', {
    definition: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)' }, End: true },
    input: '{"n":1}',
    inspectionLevel: 'DEBUG',
  });
  const needsService = write('needs-service.json', {
    definition: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: {}, End: true },
    input: '{}',
  });

  test.each([
    ['a call', [call], 0],
    ['a call without a mock that only a service can answer', [needsService], 1],
    ['cut JSON', [cut], 2],
  ])('%s', async (_, args, code) => {
    expect(await runSteptrail(['inspect', ...args])).toMatchObject({ code });
  });

  test('--json answers in the shape of TestState', async () => {
    const { stdout } = await runSteptrail(['inspect', call, '--json']);
    const { response } = JSON.parse(stdout);
    expect(response).toMatchObject({ status: 'SUCCEEDED', inspectionData: { input: '{"n":1}' } });
    expect(JSON.parse(response.output)).toEqual({ n: 2 });
  });
});

describe('steptrail lint', () => {
  const invalid = write('invalid.asl.json', { StartAt: 'Nowhere', States: definition.States });
  const yaml = write('machine.asl.yaml', 'StartAt: A\nStates:\n  A:\n    Type: Succeed\n');
  const template = write(
    'template.yaml',
    `Resources:
  Orders:
    Type: AWS::Serverless::StateMachine
    Properties:
      Type: EXPRESS
      Definition:
        StartAt: Send
        States:
          Send:
            Type: Task
            Resource: arn:aws:states:::sqs:sendMessage
            Parameters:
              QueueUrl: !Ref Queue
              MessageBody.$: $.body
            End: true
  Queue:
    Type: AWS::SQS::Queue
`,
  );

  test.each([
    ['a valid definition', [definitionFile], 0],
    ['ASL in YAML', [yaml], 0],
    ['an invalid one', [invalid], 1],
    ['a template with a finding', [template], 0],
    ['the same with --fail-on', [template, '--fail-on', 'high'], 1],
    ['a file that is not there', [join(folder, 'nowhere.yaml')], 2],
    ['broken YAML', [write('broken.yaml', 'a: [')], 2],
  ])('%s', async (_, args, code) => {
    const ended = await runSteptrail(['lint', ...args]);
    expect(ended).toMatchObject({ code });
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });

  test('--format json says where each problem is', async () => {
    const { stdout } = await runSteptrail(['lint', invalid, '--format', 'json']);
    const line = JSON.parse(stdout);
    expect(line).toMatchObject({ file: invalid, valid: false, findings: [] });
    expect(line.problems[0]).toMatchObject({ code: 'MISSING_TRANSITION_TARGET', pointer: '/StartAt' });
  });

  test('a state machine of a template is judged as its type', async () => {
    const { stdout } = await runSteptrail(['lint', template, '--format', 'json']);
    const { findings, name } = JSON.parse(stdout);
    expect(name).toBe('Orders');
    expect(findings.map((finding: { ruleId: string }) => finding.ruleId)).toContain(
      'express-non-idempotent-action',
    );
  });

  test('--format sarif prints one log', async () => {
    const { stdout } = await runSteptrail(['lint', invalid, template, '--format', 'sarif']);
    const log = JSON.parse(stdout);
    expect(log).toMatchObject({ version: '2.1.0', runs: [{ tool: { driver: { name: 'Steptrail' } } }] });
    expect(log.runs[0].results.length).toBeGreaterThan(1);
  });
});

test.each([
  'start',
  'serve',
  'ingest',
  'sandbox',
  'replay',
  'lint',
  'executions',
  'findings',
  'rebuild',
  'doctor',
])('steptrail %s --help', async (command) => {
  const { code, stdout, stderr } = await runSteptrail([command, '--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`Usage: steptrail ${command}`);
});
