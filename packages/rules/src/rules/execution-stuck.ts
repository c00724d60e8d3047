import type { Bound, Pending, WaitsFor } from '@steptrail/interpreter';
import { atEvents } from '../evidence.ts';
import { after, calling, DAY, entered, HOUR, recorded, started } from '../example-history.ts';
import { groupBy } from '../group-by.ts';
import type { ExecutionRule } from '../rule.ts';

/**
 * How long a wait that nothing bounds may last before it counts as stuck, in seconds. Jobs, people and workers get a
 * day, calls and transitions, which take seconds to minutes, an hour. Timers end by themselves.
 */
export const GRACE_SECONDS: Readonly<Record<WaitsFor, number>> = {
  'task result': HOUR,
  'job completion': DAY,
  'child execution': DAY,
  'callback token': DAY,
  'activity worker': DAY,
  'activity result': DAY,
  // What is inside them is stuck, or not.
  branches: Number.POSITIVE_INFINITY,
  'map iterations': Number.POSITIVE_INFINITY,
  'map run': 7 * DAY,
  'wait timer': Number.POSITIVE_INFINITY,
  'retry back-off': HOUR,
  'next event': HOUR,
};

/** How much later than its bound the service may end a wait before that is strange: throttling, and our own delay. */
export const PAST_BOUND_SECONDS = 15 * 60;

const approval = {
  StartAt: 'Approve',
  States: {
    Approve: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      Parameters: {
        QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111111111111/approvals',
        MessageBody: { 'token.$': '$$.Task.Token' },
      },
      End: true,
    },
  },
};

const timedApproval = {
  ...approval,
  States: { Approve: { ...approval.States.Approve, TimeoutSeconds: 7 * DAY } },
};

const waiting = (bounds?: { timeoutInSeconds: number }) =>
  recorded([
    started(),
    entered('Task', 'Approve', 0, 0),
    ...calling(
      'sqs',
      'sendMessage.waitForTaskToken',
      {
        QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111111111111/approvals',
        MessageBody: { token: 'AQCEAAAAKgAAAAM' },
      },
      { previousEventId: 2, seconds: 0, ...(bounds === undefined ? {} : { bounds }) },
    ),
  ]);

/**
 * Heartbeats leave no event, so a wait past its HeartbeatSeconds that the service has not ended is one whose worker is
 * alive: it is not stuck. Express executions end after five minutes by themselves.
 */
export const executionStuck: ExecutionRule = {
  id: 'execution-stuck',
  subject: 'execution',
  severity: 'critical',
  title: 'Execution is stuck',
  why: 'It waits for something that is unlikely to come, holds what it holds (reservations, locks, open orders) and will do so for up to a year unless somebody acts.',
  mend: 'Find out what became of what it waits for. If the answer is there, send it (SendTaskSuccess or SendTaskFailure with the task token); if not, stop the execution and start or redrive it. Then bound the wait in the definition.',
  reference: 'https://docs.aws.amazon.com/step-functions/latest/dg/sfn-stuck-execution.html',
  messages: {
    unbounded:
      '{state} has waited since {sinceAt} ({waitedSeconds}) for its {waitsFor}, and nothing bounds the wait but the limit of the service.',
    'past bound':
      '{state} has waited since {sinceAt} for its {waitsFor}; the {bound} should have ended the wait at {untilAt}, {overdueSeconds} ago.',
  },
  examples: {
    valid: [
      {
        title: 'a callback that has waited for three hours',
        type: 'STANDARD',
        definition: approval,
        history: waiting(),
        now: after(3 * HOUR),
      },
      {
        title: 'a callback that has waited for two days of the seven that its timeout allows',
        type: 'STANDARD',
        definition: timedApproval,
        history: waiting({ timeoutInSeconds: 7 * DAY }),
        now: after(2 * DAY),
      },
    ],
    invalid: [
      {
        title: 'a callback without any bound, three days old',
        type: 'STANDARD',
        definition: approval,
        history: waiting(),
        now: after(3 * DAY),
      },
      {
        title: 'a callback a day past its timeout',
        type: 'STANDARD',
        definition: timedApproval,
        history: waiting({ timeoutInSeconds: 7 * DAY }),
        now: after(8 * DAY),
      },
    ],
  },
  *check({ trace, type, executionArn, now, breaksOff }) {
    if (breaksOff || trace.status !== 'RUNNING' || type === 'EXPRESS') return;
    const stuck = trace.pending.flatMap((pending) => {
      const how = stuckness(pending, now);
      return how === undefined ? [] : [{ pending, how }];
    });
    for (const [key, [first, ...others]] of groupBy(stuck, ({ pending, how }) => stuckKey(pending, how))) {
      const all = [first, ...others].map(({ pending }) => pending);
      const oldest = all.reduce((a, b) => (b.since < a.since ? b : a));
      const firm = firmBound(oldest);
      const until = firm?.at ?? null;
      yield {
        severity: 'critical',
        message: first.how,
        data: {
          state: oldest.state ?? 'The execution',
          waitsFor: oldest.waitsFor,
          resource: oldest.resource ?? null,
          sinceAt: oldest.since,
          waitedSeconds: Math.floor((now - oldest.since) / 1000),
          bound: firm?.source ?? oldest.bound.source,
          untilAt: until,
          overdueSeconds: until === null ? null : Math.floor((now - until) / 1000),
          waits: all.length,
        },
        evidence: atEvents(
          executionArn,
          all.map((pending) => pending.eventId),
          oldest.pointer,
        ),
        key,
      };
    }
  },
};

/** One finding for a state, however many iterations of a Map wait in it. */
function stuckKey(pending: Pending, how: string): string {
  return `${pending.pointer ?? pending.state ?? 'execution'} ${how}`;
}

/** Whether a wait is stuck at that moment, and how. */
export function stuckness(pending: Pending, now: number): 'unbounded' | 'past bound' | undefined {
  const { bound, waitsFor, since } = pending;
  if (bound.source === 'service limit') {
    return now - since > GRACE_SECONDS[waitsFor] * 1000 ? 'unbounded' : undefined;
  }
  if (waitsFor === 'branches' || waitsFor === 'map iterations') return undefined;
  const at = firmBound(pending)?.at;
  return at !== undefined && now - at > PAST_BOUND_SECONDS * 1000 ? 'past bound' : undefined;
}

/** The earliest bound that no heartbeat moves on, before the limit of the service. */
function firmBound({ bound, laterBounds }: Pending): Bound | undefined {
  const firm = [bound, ...laterBounds].find(({ source }) => source !== 'task HeartbeatSeconds');
  return firm?.source === 'service limit' ? undefined : firm;
}
