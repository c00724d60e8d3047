import type { EventType } from '@steptrail/history';
import {
  type Container,
  endFrame,
  type Frame,
  type Option,
  type Run,
  type Stance,
  settle,
  waitingOf,
} from './frame.ts';
import { breakVisit } from './visits.ts';

/*
 * What is cut when a Parallel or a Map fails: its other branches or iterations end, and leave markers.
 */

/** A marker that a cut leaves in the history. */
export interface Cut {
  readonly type: EventType;
  /** Of MapIterationFailed and MapIterationAborted. */
  readonly name?: string | undefined;
  readonly index?: number | undefined;
  /** Every recording has it; others may be there. */
  readonly certain?: boolean | undefined;
  /** In no recording, so that a simulation does not write it. */
  readonly rare?: boolean | undefined;
}

const CUT_STATES: Readonly<Record<string, EventType>> = {
  Task: 'TaskStateAborted',
  Wait: 'WaitStateAborted',
  Parallel: 'ParallelStateAborted',
  Map: 'MapStateAborted',
};

/** Ends all branches or iterations of a container; gives the markers in the order in which AWS writes them. */
export const abortChildren = (run: Run, container: Container, failing: Frame | undefined): readonly Cut[] => {
  const cuts: Cut[] = [];
  container.owner.fallen = { container, children: [...container.children] };
  if (failing !== undefined) cutFrame(run, failing, cuts, true);
  for (const child of container.children) {
    if (child === failing) continue;
    cutFrame(run, child, cuts, false);
    if (container.owner.state?.type === 'Map') {
      cuts.push({ type: 'MapIterationAborted', name: container.owner.state.name, index: child.index });
    }
  }
  container.children.clear();
  return cuts;
};

const cutFrame = (run: Run, frame: Frame, cuts: Cut[], failing: boolean): void => {
  if (frame.inner !== undefined) cuts.push(...abortChildren(run, frame.inner, undefined));
  const type = frame.visit === undefined ? undefined : CUT_STATES[frame.visit.stateType];
  // A Parallel or Map that failed by itself has its own Failed event already.
  if (type !== undefined && failing && frame.visit?.stateType !== 'Task') cuts.push({ type, rare: true });
  const waits = waitingOf(frame);
  if (waits?.waitsFor === 'map run') cuts.push({ type: 'MapRunAborted', rare: true });
  if (type !== undefined && (!failing || frame.visit?.stateType === 'Task')) {
    const running = frame.visit?.stateType === 'Task' && waits?.work !== undefined;
    // Recorded of a failing Task in a Parallel whose work failed; of one that timed out, or could not be worked out,
    // there is no recording.
    const worked = !/^States\.(QueryEvaluationError|Timeout|HeartbeatTimeout)$/.test(
      frame.visit?.error ?? '',
    );
    const failed = worked && frame.within?.owner.state?.type === 'Parallel';
    cuts.push({ type, certain: failing ? failed : running });
  }
  breakVisit(frame, run.now, failing ? 'failed' : 'aborted');
  endFrame(run, frame);
};

/** Expects the markers of a cut, in any order, and then the event that goes on. */
export const expectCuts = (
  run: Run,
  frame: Frame,
  first: Cut | undefined,
  cuts: readonly Cut[],
  goOn: Option,
  waits: Stance['waits'],
  /** What may come instead of the event that goes on. */
  instead?: () => readonly Option[],
  /** To what else these events may point. */
  orPrevious?: ReadonlySet<number>,
): void => {
  if (run.facts.simulated)
    return writeCuts(
      run,
      frame,
      [...(first === undefined ? [] : [first]), ...cuts.filter(({ rare }) => rare !== true)],
      0,
      goOn,
      waits,
    );
  const open = new Map<EventType, number>();
  const iterations = new Map<string, number>();
  let certain = cuts.filter((cut) => cut.certain === true).length;
  for (const cut of cuts) {
    open.set(cut.type, (open.get(cut.type) ?? 0) + 1);
    if (cut.type !== 'MapIterationAborted') continue;
    const key = `${cut.name}[${cut.index}]`;
    iterations.set(key, (iterations.get(key) ?? 0) + 1);
  }
  let firstOpen = first;
  const again = (): void => {
    const options: Option[] = [];
    if (firstOpen !== undefined) {
      options.push({
        prediction: { ...firstOpen, orPrevious },
        take: () => {
          firstOpen = undefined;
          again();
        },
      });
    }
    for (const [type, count] of open) {
      if (count === 0) continue;
      options.push({
        prediction: { type, orPrevious },
        take: (event) => {
          open.set(type, count - 1);
          if (type === 'TaskStateAborted') certain -= 1;
          if (
            event.type === 'MapIterationAborted' &&
            !isOpenIteration(iterations, `${event.name}[${event.index}]`)
          ) {
            run.disagree(
              event.id,
              frame,
              'setting',
              `one of the iterations that were running: ${[...iterations.keys()].slice(0, 10).join(', ')}`,
              `${event.name}[${event.index}]`,
              'An iteration is aborted that was not running.',
            );
          }
          again();
        },
      });
    }
    options.push({
      prediction: { ...goOn.prediction, orPrevious },
      take: (event, ...rest) => {
        if (firstOpen !== undefined) {
          run.disagree(
            event.id,
            frame,
            'event',
            `${firstOpen.type} of iteration ${firstOpen.index}`,
            event.type,
            'The failed iteration has no MapIterationFailed event.',
          );
        }
        if (certain > 0) {
          run.disagree(
            event.id,
            frame,
            'event',
            'TaskStateAborted of each Task that was running',
            event.type,
            `Of the Tasks that were cut, ${certain} ${certain === 1 ? 'is' : 'are'} not marked as aborted.`,
          );
        }
        goOn.take(event, ...rest);
      },
    });
    settle(run, frame, options, { waits, doubts: instead });
  };
  again();
};

/** Takes one iteration off those that were running; false where none of that name and index was. */
const isOpenIteration = (iterations: Map<string, number>, key: string): boolean => {
  const count = iterations.get(key) ?? 0;
  iterations.set(key, count - 1);
  return count > 0;
};

const writeCuts = (
  run: Run,
  frame: Frame,
  cuts: readonly Cut[],
  from: number,
  goOn: Option,
  waits: Stance['waits'],
): void => {
  const cut = cuts[from];
  if (cut === undefined) return settle(run, frame, [goOn], { waits });
  settle(run, frame, [{ prediction: cut, take: () => writeCuts(run, frame, cuts, from + 1, goOn, waits) }]);
};
