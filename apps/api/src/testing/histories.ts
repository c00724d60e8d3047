/** Histories in the shape of GetExecutionHistory, for tests: what each shows is said by its name. */

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

export const ORDERS = {
  name: 'order-fulfilment',
  stateMachineArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:order-fulfilment`,
  type: 'STANDARD',
  definition: {
    Comment: 'Reserve, have a person approve, ship',
    StartAt: 'ReserveStock',
    States: {
      ReserveStock: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Parameters: { FunctionName: 'reserve-stock', 'Payload.$': '$' },
        TimeoutSeconds: 30,
        Next: 'AskForApproval',
      },
      AskForApproval: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
        Parameters: {
          QueueUrl: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/approvals`,
          MessageBody: { 'order.$': '$.orderId', 'token.$': '$$.Task.Token' },
        },
        Next: 'Ship',
      },
      Ship: { Type: 'Pass', End: true },
    },
  },
} as const;

export const CHECKOUT = {
  name: 'express-checkout',
  stateMachineArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:express-checkout`,
  type: 'EXPRESS',
  definition: { StartAt: 'Charge', States: { Charge: { Type: 'Pass', End: true } } },
} as const;

type RawEvent = Readonly<Record<string, unknown>> & { readonly id: number; readonly type: string };

interface Step {
  readonly type: string;
  /** Seconds after the start. */
  readonly at: number;
  readonly details?: readonly [key: string, details: Readonly<Record<string, unknown>>];
}

function recorded(start: number, steps: readonly Step[]): readonly RawEvent[] {
  return steps.map(({ type, at, details }, index) => ({
    timestamp: start / 1000 + at,
    type,
    id: index + 1,
    previousEventId: index,
    ...(details === undefined ? {} : { [details[0]]: details[1] }),
  }));
}

const order = (name: string) => JSON.stringify({ orderId: name, customer: 'c-1042', secret: 'hunter2' });

function reserve(name: string): readonly Step[] {
  const input = order(name);
  const lambda = { resourceType: 'lambda', resource: 'invoke' };
  const parameters = JSON.stringify({ FunctionName: 'reserve-stock', Payload: JSON.parse(input) });
  return [
    {
      type: 'ExecutionStarted',
      at: 0,
      details: ['executionStartedEventDetails', { input, roleArn: 'arn:aws:iam::111122223333:role/orders' }],
    },
    {
      type: 'TaskStateEntered',
      at: 0.03,
      details: ['stateEnteredEventDetails', { name: 'ReserveStock', input }],
    },
    {
      type: 'TaskScheduled',
      at: 0.03,
      details: ['taskScheduledEventDetails', { ...lambda, region: REGION, parameters, timeoutInSeconds: 30 }],
    },
    { type: 'TaskStarted', at: 0.09, details: ['taskStartedEventDetails', lambda] },
  ];
}

function reserved(name: string): readonly Step[] {
  const lambda = { resourceType: 'lambda', resource: 'invoke' };
  return [
    ...reserve(name),
    {
      type: 'TaskSucceeded',
      at: 2.4,
      details: ['taskSucceededEventDetails', { ...lambda, output: order(name) }],
    },
    {
      type: 'TaskStateExited',
      at: 2.43,
      details: ['stateExitedEventDetails', { name: 'ReserveStock', output: order(name) }],
    },
  ];
}

function asked(name: string): readonly Step[] {
  const sqs = { resourceType: 'sqs', resource: 'sendMessage.waitForTaskToken' };
  return [
    ...reserved(name),
    {
      type: 'TaskStateEntered',
      at: 2.44,
      details: ['stateEnteredEventDetails', { name: 'AskForApproval', input: order(name) }],
    },
    {
      type: 'TaskScheduled',
      at: 2.45,
      details: ['taskScheduledEventDetails', { ...sqs, region: REGION, parameters: '{"QueueUrl":"…"}' }],
    },
    { type: 'TaskStarted', at: 2.5, details: ['taskStartedEventDetails', sqs] },
    {
      type: 'TaskSubmitted',
      at: 2.6,
      details: ['taskSubmittedEventDetails', { ...sqs, output: '{"MessageId":"m-1"}' }],
    },
  ];
}

/** Event 10 is where it has been waiting since. */
export function stuckOnApproval(name: string, start: number): readonly RawEvent[] {
  return recorded(start, asked(name));
}

export function approvedAndShipped(name: string, start: number): readonly RawEvent[] {
  const sqs = { resourceType: 'sqs', resource: 'sendMessage.waitForTaskToken' };
  const output = order(name);
  return recorded(start, [
    ...asked(name),
    { type: 'TaskSucceeded', at: 5400, details: ['taskSucceededEventDetails', { ...sqs, output }] },
    {
      type: 'TaskStateExited',
      at: 5400,
      details: ['stateExitedEventDetails', { name: 'AskForApproval', output }],
    },
    {
      type: 'PassStateEntered',
      at: 5400.1,
      details: ['stateEnteredEventDetails', { name: 'Ship', input: output }],
    },
    { type: 'PassStateExited', at: 5400.1, details: ['stateExitedEventDetails', { name: 'Ship', output }] },
    { type: 'ExecutionSucceeded', at: 5400.2, details: ['executionSucceededEventDetails', { output }] },
  ]);
}

export function outOfStock(name: string, start: number): readonly RawEvent[] {
  const failure = { error: 'OutOfStock', cause: '{"errorMessage":"sku 4711 is not in stock"}' };
  return recorded(start, [
    ...reserve(name),
    {
      type: 'TaskFailed',
      at: 1.2,
      details: ['taskFailedEventDetails', { resourceType: 'lambda', resource: 'invoke', ...failure }],
    },
    { type: 'ExecutionFailed', at: 1.2, details: ['executionFailedEventDetails', failure] },
  ]);
}

/** More than two chunks. */
export function polling(start: number, events: number): readonly RawEvent[] {
  return recorded(start, [
    { type: 'ExecutionStarted', at: 0, details: ['executionStartedEventDetails', { input: '{}' }] },
    ...Array.from({ length: events - 1 }, (_, index): Step => {
      const name = `Poll${index % 3}`;
      return index % 2 === 0
        ? {
            type: 'PassStateEntered',
            at: index,
            details: ['stateEnteredEventDetails', { name, input: '{}' }],
          }
        : {
            type: 'PassStateExited',
            at: index,
            details: ['stateExitedEventDetails', { name, output: '{}' }],
          };
    }),
  ]);
}
