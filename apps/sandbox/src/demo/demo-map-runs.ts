import type { Event } from '@steptrail/history';
import { compile, type Program } from '@steptrail/interpreter';
import type { MapRun } from '../account.ts';
import type { DemoMachine, DemoRevision } from './demo-machine.ts';
import { diceOf, uuid } from './dice.ts';
import type { Run } from './runs.ts';

/** A child execution as the account plays any other: its state machine is its parent's, cut down to the Map. */
export interface DemoChild {
  readonly machine: DemoMachine;
  readonly run: Run;
}

/** A Map Run as it will have been in the end. */
export interface DemoMapRun {
  readonly told: Omit<MapRun, 'children' | 'pending'>;
  readonly children: readonly DemoChild[];
}

const ENDS: Readonly<Partial<Record<Event['type'], MapRun['status']>>> = {
  MapRunSucceeded: 'SUCCEEDED',
  MapRunFailed: 'FAILED',
  MapRunAborted: 'ABORTED',
};

const programs = new WeakMap<DemoRevision, Program>();

function processorOf(revision: DemoRevision, state: string): Program {
  const known = programs.get(revision) ?? compile(JSON.parse(revision.definition), { processorOf: state });
  programs.set(revision, known);
  return known;
}

/** The Map Runs of a run, and what they start. */
export function demoMapRuns(
  machine: DemoMachine,
  revision: DemoRevision,
  run: Run,
  events: readonly Event[],
): readonly DemoMapRun[] {
  const { children } = run.plan;
  if (children === undefined) return [];
  const program = processorOf(revision, children.state);
  const { from, definition, revisionId } = revision;
  return events.flatMap((event): readonly DemoMapRun[] => {
    if (event.type !== 'MapRunStarted' || event.mapRunArn === undefined) return [];
    const { mapRunArn, timestamp } = event;
    const of = /:mapRun:(.*):[^:]*$/.exec(mapRunArn)?.[1] ?? machine.name;
    const stateMachineArn = machine.stateMachineArn.replace(/:stateMachine:.*$/, `:stateMachine:${of}`);
    const own: DemoMachine = {
      ...machine,
      stateMachineArn,
      revisions: [{ from, definition, revisionId, program }],
    };
    const end = events.find(({ type, previousEventId }) => type in ENDS && previousEventId === event.id);
    return [
      {
        told: {
          mapRunArn,
          executionArn: run.executionArn,
          stateMachineArn: machine.stateMachineArn,
          status: ENDS[end?.type ?? 'MapRunStarted'] ?? 'RUNNING',
          startDate: timestamp,
          stopDate: end?.timestamp,
          maxConcurrency: 20,
          toleratedFailurePercentage: 5,
          toleratedFailureCount: 0,
          redriveCount: 0,
        },
        children: children.plans.map(({ input, after, task }, index) => {
          const name = uuid(diceOf(mapRunArn), index);
          const executionArn = `${machine.stateMachineArn.replace(/:stateMachine:.*$/, `:execution:${of}`)}:${name}`;
          const seed = Math.floor(diceOf(mapRunArn)('seed', index) * 2 ** 31);
          return {
            machine: own,
            run: { executionArn, name, start: timestamp + after, seed, plan: { input, task } },
          };
        }),
      },
    ];
  });
}
