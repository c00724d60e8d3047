import type { StateMachine } from '@steptrail/asl';
import type { Loop, Trace } from '@steptrail/interpreter';
import { atEvents } from '../evidence.ts';
import { after, entered, exited, recorded, type Step, started } from '../example-history.ts';
import { HISTORY_LIMIT } from '../history-limit.ts';
import type { ExecutionRule, Severity } from '../rule.ts';

/** What counts as near, in events. Below `projected` an execution has shown too little to project from. */
const NEAR_EVENTS = { near: 20_000, nearest: 24_000, projected: 2_000, alarming: 10_000 } as const;

/** Turns that a loop must have taken before its cost says anything of those to come. */
const LOOP_TURNS = 100;
const DAY_MILLISECONDS = 86_400_000;

const polling = {
  StartAt: 'Pause',
  States: {
    Pause: { Type: 'Wait', Seconds: 5, Next: 'Ready?' },
    'Ready?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.ready', BooleanEquals: true, Next: 'Done' }],
      Default: 'Pause',
    },
    Done: { Type: 'Succeed' },
  },
};

const TURN_SECONDS = 5;
const NOT_READY = '{"ready":false}';

/** Turns of the loop above; four events and five seconds each. */
function* turns(count: number): Generator<Step> {
  yield started(NOT_READY);
  for (let turn = 0; turn < count; turn++) {
    const first = turn * 4 + 2;
    const seconds = turn * TURN_SECONDS;
    yield entered('Wait', 'Pause', turn === 0 ? 0 : first - 1, seconds, NOT_READY);
    yield exited('Wait', 'Pause', first, seconds + TURN_SECONDS, NOT_READY);
    yield entered('Choice', 'Ready?', first + 1, seconds + TURN_SECONDS, NOT_READY);
    yield exited('Choice', 'Ready?', first + 2, seconds + TURN_SECONDS, NOT_READY);
  }
}

export const historyQuotaNear: ExecutionRule = {
  id: 'history-quota-near',
  subject: 'execution',
  severity: 'critical',
  title: 'Execution near the quota of 25,000 history events',
  why: 'At 25,000 events the service fails the execution, whatever it is doing; no Catch sees it, and it cannot be redriven.',
  mend: 'Stop the loop in time (or stop the execution), and continue in a new execution. In the definition: a counted loop, .sync or a callback in place of polling, a Distributed Map in place of a large inline one.',
  reference: 'https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-history-limit',
  messages: {
    projected:
      '{events} of {limit} events, {eventsPerMinute} more a minute: the loop at {state} has taken {turns} turns of {eventsPerTurn} events each, {turnsLeft} more reach the quota, at about {reachedAt}, in {leftSeconds}.',
    open: 'The open execution has recorded {events} of {limit} events.',
    closed: 'The execution recorded {events} of {limit} events before it ended.',
    reached: 'The execution ended at the quota: {events} of {limit} events.',
  },
  examples: {
    valid: [
      {
        title: 'a poll that has taken 200 events so far',
        type: 'STANDARD',
        definition: polling,
        get history() {
          return recorded(turns(50));
        },
        now: after(50 * TURN_SECONDS),
      },
      {
        title: 'a poll that the machine’s timeout ends first',
        type: 'STANDARD',
        definition: { TimeoutSeconds: 10_000, ...polling },
        get history() {
          return recorded(turns(1_000));
        },
        now: after(1_000 * TURN_SECONDS),
      },
    ],
    invalid: [
      {
        title: 'a poll that will reach the quota within a day',
        type: 'STANDARD',
        definition: polling,
        get history() {
          return recorded(turns(1_000));
        },
        now: after(1_000 * TURN_SECONDS),
      },
    ],
  },
  *check({ trace, machine, type, executionArn, now, breaksOff }) {
    if (breaksOff || type === 'EXPRESS') return;
    const found = trace.status === 'RUNNING' ? judgeOpen(trace, machine, now) : judgeClosed(trace);
    if (found === undefined) return;
    yield {
      severity: found.severity,
      message: found.message,
      data: { events: trace.events, limit: HISTORY_LIMIT, ...found.data },
      evidence: atEvents(executionArn, [...(found.eventIds ?? []), trace.lastEventId], found.pointer),
      key: 'execution',
    };
  },
};

interface Judgement {
  readonly severity: Severity;
  readonly message: string;
  readonly data?: Readonly<Record<string, string | number>>;
  readonly pointer?: string | undefined;
  readonly eventIds?: readonly number[] | undefined;
}

function judgeClosed({ events, status }: Trace): Judgement | undefined {
  if (events >= HISTORY_LIMIT && status === 'FAILED') return { severity: 'high', message: 'reached' };
  return events > NEAR_EVENTS.near ? { severity: 'medium', message: 'closed' } : undefined;
}

function judgeOpen(trace: Trace, machine: StateMachine, now: number): Judgement | undefined {
  const projection = project(trace, machine, now);
  const near = trace.events > NEAR_EVENTS.nearest ? 'critical' : 'medium';
  if (projection === undefined) {
    return trace.events > NEAR_EVENTS.near ? { severity: near, message: 'open' } : undefined;
  }
  const left = projection.reachedAt - now;
  const severity = trace.events >= NEAR_EVENTS.alarming && left < DAY_MILLISECONDS ? 'critical' : 'high';
  return {
    severity: near === 'critical' ? near : severity,
    message: 'projected',
    data: {
      eventsPerMinute: projection.eventsPerMinute,
      reachedAt: projection.reachedAt,
      leftSeconds: Math.round(left / 1000),
      state: projection.loop.state,
      turns: projection.loop.mostTurns,
      eventsPerTurn: projection.loop.events.mean,
      turnsLeft: projection.turnsLeft,
    },
    pointer: projection.loop.pointer,
    eventIds: [projection.loop.firstEventId, projection.loop.lastEventId],
  };
}

/**
 * When an execution in a loop reaches the quota at the pace of its last 1,000 events. Undefined: it is in no loop, the
 * machine's timeout ends it earlier, or it takes more than a week.
 */
function project(
  trace: Trace,
  machine: StateMachine,
  now: number,
): { eventsPerMinute: number; reachedAt: number; loop: Loop; turnsLeft: number } | undefined {
  if (trace.events < NEAR_EVENTS.projected) return undefined;
  const loop = longestOpen(trace.loops);
  if (loop === undefined) return undefined;
  const recent = trace.visits.find((visit) => visit.enteredEventId >= trace.lastEventId - 1_000);
  if (recent === undefined || now <= recent.entered) return undefined;
  const left = HISTORY_LIMIT - trace.events;
  const perMillisecond = (trace.lastEventId - recent.enteredEventId) / (now - recent.entered);
  const reachedAt = Math.round(now + left / perMillisecond);
  if (!(reachedAt - now < 7 * DAY_MILLISECONDS) || reachedAt > machineEnd(trace, machine)) return undefined;
  return {
    eventsPerMinute: Math.round(perMillisecond * 600_000) / 10,
    reachedAt,
    loop,
    turnsLeft: Math.max(0, Math.floor(left / loop.events.mean)),
  };
}

/** The loop that it is in, of several the one that has cost most. */
function longestOpen(loops: readonly Loop[]): Loop | undefined {
  let longest: Loop | undefined;
  for (const loop of loops) {
    if (!loop.open || loop.mostTurns < LOOP_TURNS) continue;
    if (longest === undefined || costOf(loop) > costOf(longest)) longest = loop;
  }
  return longest;
}

function costOf({ mostTurns, events }: Loop): number {
  return mostTurns * events.mean;
}

function machineEnd({ started: start }: Trace, { TimeoutSeconds }: StateMachine): number {
  if (start === undefined || typeof TimeoutSeconds !== 'number') return Number.POSITIVE_INFINITY;
  return start + TimeoutSeconds * 1000;
}
