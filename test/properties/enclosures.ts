import { type Fields, isFields } from '../conformance/recordings.ts';
import { mapStates, type RawCase, type Transformation, withDetails } from './transformations.ts';

/*
 * A recorded case inside another machine: in a Parallel of one branch, in a Map of one item, beside another case. The
 * events of the machine around it are those that AWS writes, by the reference's section 2.7 and 2.8.
 */

/** Each state with its own query language, so that the machine around it may have another. */
const spellLanguages = (definition: Fields): Fields => {
  const { QueryLanguage, ...rest } = definition;
  return mapStates(rest, (state) => ({ QueryLanguage: QueryLanguage ?? 'JSONPath', ...state }));
};

const idOf = (event: Fields | undefined): number => (typeof event?.id === 'number' ? event.id : 0);
const previousOf = (event: Fields): number =>
  typeof event.previousEventId === 'number' ? event.previousEventId : 0;

const FROM_OUTSIDE = new Set(['ExecutionStarted', 'ExecutionAborted', 'ExecutionTimedOut']);

/** An event of a machine that has others before its own; ids in causes move too. */
const renumber = (event: Fields, renumbered: (id: number) => number, start: number): Fields => {
  const text = JSON.stringify(event).replace(
    /entered at the event id #(\d+)/g,
    (_, id: string) => `entered at the event id #${renumbered(Number(id))}`,
  );
  const moved = JSON.parse(text) as Fields;
  const previous = previousOf(event);
  return {
    ...moved,
    id: renumbered(idOf(event)),
    previousEventId: previous !== 0 ? renumbered(previous) : FROM_OUTSIDE.has(String(event.type)) ? 0 : start,
  };
};

const detail = (event: Fields | undefined, key: string): unknown => {
  let found: unknown;
  if (event !== undefined) {
    withDetails(event, (details) => {
      found = details[key];
      return details;
    });
  }
  return found;
};

/** Writes events one by one, each with the next id. */
const writer = (first: Fields) => {
  const events: Fields[] = [first];
  let timestamp = first.timestamp;
  return {
    events,
    add: (type: string, previousEventId: number, details?: readonly [string, Fields]): number => {
      const id = events.length + 1;
      const given = details === undefined ? {} : { [details[0]]: details[1] };
      events.push({ id, previousEventId, timestamp, type, ...given });
      return id;
    },
    copy: (event: Fields): number => {
      timestamp = event.timestamp;
      events.push(event);
      return events.length;
    },
  };
};

/** Failures that end an execution wherever they happen. */
const isFatal = (ending: Fields): boolean =>
  ['States.Runtime', 'States.DataLimitExceeded'].includes(String(detail(ending, 'error')));

interface Shell {
  readonly name: string;
  readonly kind: 'Parallel' | 'Map';
  readonly definition: (machine: Fields) => Fields;
}

/** Whether its expressions see where it runs. */
const seesPlace = (given: RawCase): boolean =>
  /"\$\$"|context|Map\.Item/.test(JSON.stringify(given.definition));

const encloseIn =
  ({ name, kind, definition }: Shell): Transformation =>
  (given) => {
    const [first, ...rest] = given.history;
    if (first === undefined || (kind === 'Map' && seesPlace(given))) return undefined;
    const { TimeoutSeconds, ...machine } = spellLanguages(given.definition);
    const input = detail(first, 'input');
    const { events, add, copy } = writer(first);
    const entered = add(`${kind}StateEntered`, 0, ['stateEnteredEventDetails', { name, input }]);
    const started = add(
      `${kind}StateStarted`,
      entered,
      kind === 'Map' ? ['mapStateStartedEventDetails', { length: 1 }] : undefined,
    );
    const iteration = { name, index: 0 };
    const start =
      kind === 'Map'
        ? add('MapIterationStarted', started, ['mapIterationStartedEventDetails', iteration])
        : started;
    const by = start - 1;
    for (const event of rest) {
      const moved = renumber(event, (id) => id + by, start);
      if (event.type === 'ExecutionRedriven') return undefined;
      const last = previousOf(moved);
      if (event.type === 'ExecutionSucceeded') {
        const joined =
          kind === 'Map'
            ? add('MapIterationSucceeded', last, ['mapIterationSucceededEventDetails', iteration])
            : last;
        const output = `[${String(detail(event, 'output'))}]`;
        add(`${kind}StateSucceeded`, joined);
        const exited = add(`${kind}StateExited`, joined, ['stateExitedEventDetails', { name, output }]);
        add('ExecutionSucceeded', exited, ['executionSucceededEventDetails', { output }]);
      } else if (event.type === 'ExecutionFailed' && !isFatal(event)) {
        const failing = events[last - 1];
        if (kind === 'Map') add('MapIterationFailed', last, ['mapIterationFailedEventDetails', iteration]);
        else if (/^(Task|Lambda|Activity)/.test(String(failing?.type))) add('TaskStateAborted', last);
        const failed = add(`${kind}StateFailed`, last);
        copy({ ...moved, id: failed + 1, previousEventId: failed });
      } else copy(moved);
    }
    return {
      ...given,
      definition: {
        StartAt: name,
        States: { [name]: definition(machine) },
        ...(TimeoutSeconds === undefined ? {} : { TimeoutSeconds }),
      },
      history: events,
    };
  };

export const inParallel = encloseIn({
  name: 'Around',
  kind: 'Parallel',
  definition: (machine) => ({ Type: 'Parallel', Branches: [machine], End: true }),
});

export const inMap = encloseIn({
  name: 'Around',
  kind: 'Map',
  definition: (machine) => ({
    Type: 'Map',
    QueryLanguage: 'JSONata',
    Items: [0],
    ItemSelector: '{% $states.input %}',
    ItemProcessor: machine,
    End: true,
  }),
});

const isWhole = ({ history }: RawCase): boolean => history.at(-1)?.type === 'ExecutionSucceeded';

/** A case as a branch: its first state gives it the input that it had. */
const branchOf = (given: RawCase, name: string): Fields => {
  const machine = spellLanguages(given.definition);
  const input: unknown = JSON.parse(String(detail(given.history[0], 'input')));
  return {
    ...machine,
    StartAt: name,
    States: {
      [name]: { Type: 'Pass', Result: input, Next: machine.StartAt },
      ...(isFields(machine.States) ? machine.States : {}),
    },
  };
};

/** Two successful cases as the branches of one Parallel, their events in an order that `next` draws. */
export const sideBySide = (cases: readonly [RawCase, RawCase], next: () => number): RawCase | undefined => {
  if (cases.some((each) => !isWhole(each) || /\$\$|context/.test(JSON.stringify(each.definition)))) {
    return undefined;
  }
  const [one] = cases;
  const timestamp = one.history[0]?.timestamp;
  const start: Fields = {
    id: 1,
    previousEventId: 0,
    timestamp,
    type: 'ExecutionStarted',
    executionStartedEventDetails: { input: '{}', roleArn: 'arn:aws:iam::111111111111:role/r' },
  };
  const { events, add, copy } = writer(start);
  const entered = add('ParallelStateEntered', 0, ['stateEnteredEventDetails', { name: 'Both', input: '{}' }]);
  const started = add('ParallelStateStarted', entered);
  const names = ['Give the first', 'Give the second'];
  const branches = cases.map((given, index) => {
    const name = names[index] ?? '';
    const input = detail(given.history[0], 'input');
    const ids = new Map<number, number>();
    const queue: (() => void)[] = [];
    let began = 0;
    queue.push(
      () => {
        began = add('PassStateEntered', started, ['stateEnteredEventDetails', { name, input: '{}' }]);
      },
      () => {
        began = add('PassStateExited', began, ['stateExitedEventDetails', { name, output: input }]);
      },
      ...given.history.slice(1, -1).map((event) => () => {
        ids.set(idOf(event), events.length + 1);
        copy({ ...renumber(event, (id) => ids.get(id) ?? 0, began), timestamp });
      }),
    );
    return {
      queue,
      output: detail(given.history.at(-1), 'output'),
      last: () => ids.get(previousOf(given.history.at(-1) ?? {})) ?? began,
    };
  });
  const [left, right] = branches;
  if (left === undefined || right === undefined) return undefined;
  let final = left;
  while (left.queue.length + right.queue.length > 0) {
    const all = left.queue.length + right.queue.length;
    const from = next() * all < left.queue.length ? left : right;
    from.queue.shift()?.();
    final = from;
  }
  const last = final.last();
  add('ParallelStateSucceeded', last);
  const output = `[${String(left.output)},${String(right.output)}]`;
  const exited = add('ParallelStateExited', last, ['stateExitedEventDetails', { name: 'Both', output }]);
  add('ExecutionSucceeded', exited, ['executionSucceededEventDetails', { output }]);
  return {
    ...one,
    notes: undefined,
    definition: {
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: cases.map((given, index) => branchOf(given, names[index] ?? '')),
          End: true,
        },
      },
    },
    history: events,
  };
};

const ABORTED: Readonly<Record<string, string>> = { Task: 'TaskStateAborted', Wait: 'WaitStateAborted' };

/** A case without branches of its own, cut before its event at `at` by the failure of a branch beside it. */
export const cutBySibling = (given: RawCase, at: number): RawCase | undefined => {
  const text = JSON.stringify(given.definition);
  if (/\$\$|context|"Branches"|"Iterator"|"ItemProcessor"/.test(text)) return undefined;
  if (at < 2 || at >= given.history.length) return undefined;
  // Its own failure has the Parallel fail.
  if (given.history[at]?.type === 'ExecutionFailed') return undefined;
  const [first] = given.history;
  if (first === undefined) return undefined;
  const { events, add, copy } = writer(first);
  const input = detail(first, 'input');
  const entered = add('ParallelStateEntered', 0, ['stateEnteredEventDetails', { name: 'Both', input }]);
  const started = add('ParallelStateStarted', entered);
  const ids = new Map<number, number>();
  const before = given.history.slice(1, at);
  let open: string | undefined;
  for (const event of before) {
    if (/^Execution/.test(String(event.type))) return undefined;
    ids.set(idOf(event), events.length + 1);
    copy(renumber(event, (id) => ids.get(id) ?? 0, started));
    const state = /^([A-Za-z]+)State(Entered|Exited)$/.exec(String(event.type));
    if (state !== null) open = state[2] === 'Entered' ? state[1] : undefined;
  }
  const failing = add('FailStateEntered', started, ['stateEnteredEventDetails', { name: 'Cut', input }]);
  const marker = open === undefined ? undefined : ABORTED[open];
  if (marker !== undefined) add(marker, failing);
  const failed = add('ParallelStateFailed', failing);
  add('ExecutionFailed', failed, ['executionFailedEventDetails', { error: 'Cut' }]);
  return {
    ...given,
    definition: {
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [
            spellLanguages(given.definition),
            { StartAt: 'Cut', States: { Cut: { Type: 'Fail', Error: 'Cut' } } },
          ],
          End: true,
        },
      },
    },
    history: events,
  };
};
