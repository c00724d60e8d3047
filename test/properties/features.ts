import { compile, replay, simulate } from '@steptrail/interpreter';
import { type Made, worldOf } from './machines.ts';

/*
 * What made-up machines and their histories have in them, so that none of it is silently never made.
 */

type Test = (definition: string, made: Made) => boolean;

const has =
  (pattern: RegExp): Test =>
  (definition) =>
    pattern.test(definition);

const DEFINED: Readonly<Record<string, Test>> = {
  ...Object.fromEntries(
    ['Pass', 'Task', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'].map((type) => [
      type,
      has(new RegExp(`"Type":"${type}"`)),
    ]),
  ),
  Express: (_, made) => made.type === 'EXPRESS',
  'JSONata machine': has(/"QueryLanguage":"JSONata"\}$/),
  'JSONata state in a JSONPath machine': (definition) =>
    !/"QueryLanguage":"JSONata"\}$/.test(definition) && definition.includes('"QueryLanguage":"JSONata"'),
  'distributed Map': has(/"Mode":"DISTRIBUTED"/),
  'Map in Parallel': has(/p\d+b\d-m\d+-/),
  'Parallel in Map in Parallel': has(/p\d+b\d-m\d+-p\d+b\d-/),
  'Map in Map': has(/m\d+-m\d+-/),
  'Lambda ARN': has(/arn:aws:lambda/),
  'aws-sdk': has(/:aws-sdk:/),
  '.sync': has(/\.sync"/),
  '.sync:2': has(/\.sync:2/),
  callback: has(/waitForTaskToken/),
  activity: has(/:activity:/),
  Credentials: has(/"Credentials"/),
  TimeoutSecondsPath: has(/"TimeoutSecondsPath"/),
  HeartbeatSeconds: has(/"HeartbeatSeconds"/),
  HeartbeatSecondsPath: has(/"HeartbeatSecondsPath"/),
  'machine TimeoutSeconds': has(/"TimeoutSeconds":30/),
  Retry: has(/"Retry"/),
  Catch: has(/"Catch"/),
  jitter: has(/"JitterStrategy"/),
  ItemSelector: has(/"ItemSelector"/),
  MaxConcurrency: has(/"MaxConcurrency"/),
  MaxConcurrencyPath: has(/"MaxConcurrencyPath"/),
  ToleratedFailure: has(/"ToleratedFailure/),
  'Wait Seconds': has(/"Wait","Seconds":\d/),
  'Wait SecondsPath': has(/"SecondsPath"/),
  'Wait Timestamp': has(/"Wait","Timestamp":"2/),
  'Wait TimestampPath': has(/"TimestampPath"/),
  'Wait JSONata': has(/"Wait","Seconds":"\{%/),
  Assign: has(/"Assign"/),
  ResultSelector: has(/"ResultSelector"/),
  OutputPath: has(/"OutputPath"/),
  'intrinsic function': has(/States\.(Format|MathAdd|UUID|Hash)/),
  'And, Or, Not': (definition) => ['"And"', '"Or"', '"Not"'].every((name) => definition.includes(name)),
  ErrorPath: has(/"ErrorPath"/),
  latency: (_, made) => made.latency > 0,
};

/** Events that histories of made-up machines have; AWS's others are no outcome of a world that can be made up. */
const RECORDED = [
  'ExecutionSucceeded',
  'ExecutionFailed',
  'ExecutionTimedOut',
  'ExecutionAborted',
  'TaskSubmitted',
  'TaskSucceeded',
  'TaskFailed',
  'TaskTimedOut',
  'LambdaFunctionSucceeded',
  'LambdaFunctionFailed',
  'LambdaFunctionTimedOut',
  'ActivitySucceeded',
  'ActivityFailed',
  'ActivityTimedOut',
  'EvaluationFailed',
  'MapRunSucceeded',
  'MapRunFailed',
  'MapIterationSucceeded',
  'MapIterationFailed',
  'MapIterationAborted',
  'MapStateFailed',
  'MapStateSucceeded',
  'ParallelStateSucceeded',
  'ParallelStateFailed',
  'TaskStateAborted',
  'WaitStateAborted',
] as const;

/** How many of the machines have each feature. */
export const countFeatures = (machines: readonly Made[]): ReadonlyMap<string, number> => {
  const counts = new Map(
    [...Object.keys(DEFINED), ...RECORDED, 'retried', 'caught'].map((name) => [name, 0]),
  );
  const count = (name: string): void => {
    const known = counts.get(name);
    if (known !== undefined) counts.set(name, known + 1);
  };
  for (const made of machines) {
    const definition = JSON.stringify(made.definition);
    for (const [name, test] of Object.entries(DEFINED)) if (test(definition, made)) count(name);
    const program = compile(made.definition, { type: made.type });
    const events = simulate(program, made.input, worldOf(made));
    for (const type of new Set(events.map((event) => event.type))) count(type);
    const { visits } = replay(program, events);
    if (visits.some(({ retries }) => retries.length > 0)) count('retried');
    if (visits.some(({ catcher }) => catcher !== undefined)) count('caught');
  }
  return counts;
};
