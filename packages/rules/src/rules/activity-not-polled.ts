import { atEvents } from '../evidence.ts';
import { after, entered, recorded, type Step, started } from '../example-history.ts';
import { groupBy } from '../group-by.ts';
import type { ExecutionRule } from '../rule.ts';
import { stuckness } from './execution-stuck.ts';

/** A worker that polls takes a waiting task within a second; ten minutes mean that none does. */
const UNPOLLED_SECONDS = 10 * 60;

const activity = 'arn:aws:states:eu-west-1:111111111111:activity:pack';

const packing = {
  StartAt: 'Pack',
  States: {
    Pack: { Type: 'Task', Resource: activity, TimeoutSeconds: 86400, HeartbeatSeconds: 600, End: true },
  },
};

const scheduled: readonly Step[] = [
  started(),
  entered('Task', 'Pack', 0, 0),
  [
    'ActivityScheduled',
    2,
    0,
    {
      activityScheduledEventDetails: {
        resource: activity,
        input: '{}',
        timeoutInSeconds: 86400,
        heartbeatInSeconds: 600,
      },
    },
  ],
];

/** Once the wait counts as stuck, `execution-stuck` says so, and this rule is silent. */
export const activityNotPolled: ExecutionRule = {
  id: 'activity-not-polled',
  subject: 'execution',
  severity: 'high',
  title: 'Activity task that no worker takes',
  why: 'The task is offered to workers of this activity and none calls GetActivityTask: the workers are down, too few, or poll another activity. Timeouts of an activity count only from the moment a worker takes it.',
  mend: 'See that workers run and poll this very ARN (at least 100 open polls for one activity, client socket timeout above 65 s).',
  reference:
    'https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-activity-pollers',
  messages: {
    unpolled:
      '{state} was offered to workers of {resource} at {sinceAt} and none has taken it for {waitedSeconds}.',
  },
  examples: {
    valid: [
      {
        title: 'offered a minute ago',
        type: 'STANDARD',
        definition: packing,
        history: recorded(scheduled),
        now: after(60),
      },
      {
        title: 'a worker has it',
        type: 'STANDARD',
        definition: packing,
        history: recorded([
          ...scheduled,
          ['ActivityStarted', 3, 1, { activityStartedEventDetails: { workerName: 'packer-1' } }],
        ]),
        now: after(1200),
      },
    ],
    invalid: [
      {
        title: 'offered two hours ago',
        type: 'STANDARD',
        definition: packing,
        history: recorded(scheduled),
        now: after(7200),
      },
    ],
  },
  *check({ trace, executionArn, now, breaksOff }) {
    if (breaksOff || trace.status !== 'RUNNING') return;
    const unpolled = trace.pending.filter(
      (pending) =>
        pending.waitsFor === 'activity worker' &&
        now - pending.since > UNPOLLED_SECONDS * 1000 &&
        stuckness(pending, now) === undefined,
    );
    for (const [key, group] of groupBy(unpolled, (pending) => pending.pointer ?? pending.state ?? '')) {
      const oldest = group.reduce((a, b) => (b.since < a.since ? b : a));
      yield {
        severity: 'high',
        message: 'unpolled',
        data: {
          state: oldest.state ?? 'An activity task',
          resource: oldest.resource ?? 'the activity',
          sinceAt: oldest.since,
          waitedSeconds: Math.floor((now - oldest.since) / 1000),
          waits: group.length,
        },
        evidence: atEvents(
          executionArn,
          group.map((pending) => pending.eventId),
          oldest.pointer,
        ),
        key,
      };
    }
  },
};
