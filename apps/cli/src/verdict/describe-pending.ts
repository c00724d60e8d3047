import type { Bound, Pending } from '@steptrail/interpreter';
import { atMost, count, distance, moment, number, wrap } from './layout.ts';

const MOST_WAITS = 10;

const WAITS: Readonly<Record<Pending['waitsFor'], string>> = {
  'task result': 'the result of its task',
  'job completion': 'its job to complete',
  'child execution': 'the execution that it started',
  'callback token': 'a callback with its task token',
  'activity worker': 'an activity worker: none has polled for it',
  'activity result': 'the answer of its activity worker',
  'wait timer': 'its timer',
  'retry back-off': 'the next retry',
  branches: 'its branches',
  'map iterations': 'its iterations',
  'map run': 'its map run',
  'next event': 'nothing: the history ends between two events',
};

const isContainer = ({ waitsFor }: Pending): boolean =>
  waitsFor === 'branches' || waitsFor === 'map iterations';

/** What is pending: waits of the same kind in one state together, named by the oldest. */
export function describePending(pending: readonly Pending[], now: number): string[] {
  const lines = pending.filter(isContainer).flatMap(describeContainer);
  const groups = new Map<string, Pending[]>();
  for (const wait of pending) {
    if (isContainer(wait)) continue;
    const key = `${wait.pointer ?? wait.state} ${wait.waitsFor} ${wait.bound.source}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [wait]);
    else group.push(wait);
  }
  const [shown, more] = atMost([...groups.values()], MOST_WAITS, 'waits');
  return [...lines, ...shown.flatMap((group) => describeGroup(group, now)), ...more];
}

function describeContainer({ state, path, children }: Pending): string[] {
  if (children === undefined) return [];
  const { open, ended, total } = children;
  const of = total === undefined ? 'an unknown number' : number(total);
  return wrap(`${placeOf(path, state)}: ${number(ended)} of ${of} done, ${number(open)} running`, '  ');
}

function placeOf(path: string, state: string | undefined): string {
  const name = state ?? 'the execution';
  return path === '' ? name : `${path}/${name}`;
}

function describeGroup(group: readonly Pending[], now: number): string[] {
  const oldest = group.reduce((a, b) => (b.since < a.since ? b : a));
  const { state, path, waitsFor, since, eventId, resource, childExecutionArn } = oldest;
  const others = group.length - 1;
  const too =
    others === 0 ? '' : `, and so ${others === 1 ? 'does' : 'do'} ${count(others, 'other')} like it`;
  return [
    ...wrap(`${placeOf(path, state)} waits for ${WAITS[waitsFor]}${too}`, '  ', '    '),
    `    since ${moment(since)}, ${distance(since, now)} (event ${eventId})`,
    ...describeBounds(oldest, now),
    ...(childExecutionArn === undefined && resource === undefined
      ? []
      : [`    ${childExecutionArn ?? resource}`]),
  ];
}

function describeBounds({ waitsFor, bound, laterBounds }: Pending, now: number): string[] {
  if (bound.source === 'service limit') {
    const at = bound.at === undefined ? '' : `, ${moment(bound.at)}, ${distance(bound.at, now)}`;
    return wrap(`nothing bounds it but the limit of the service${at}`, '    ', '      ');
  }
  const what = waitsFor === 'wait timer' || waitsFor === 'retry back-off' ? 'until' : 'bounded until';
  const first = `${what} ${boundWords(bound, now)}`;
  if (bound.source !== 'task HeartbeatSeconds') return wrap(first, '    ', '      ');
  const [later] = laterBounds;
  return [
    ...wrap(`${first}, unless a heartbeat came: those leave no event`, '    ', '      '),
    ...(later === undefined || later.source === 'service limit'
      ? []
      : wrap(`at the latest until ${boundWords(later, now)}`, '    ', '      ')),
  ];
}

function boundWords({ at, source, pointer }: Bound, now: number): string {
  const words: Readonly<Record<Bound['source'], string>> = {
    'task TimeoutSeconds': 'time-out',
    'task HeartbeatSeconds': 'heartbeat',
    'machine TimeoutSeconds': 'time-out of the machine',
    wait: 'Wait',
    retry: 'Retry',
    'service limit': 'limit of the service',
  };
  const where = `(${words[source]}${pointer === undefined ? '' : `, ${pointer}`})`;
  return at === undefined
    ? `a time that is in no event ${where}`
    : `${moment(at)}, ${distance(at, now)} ${where}`;
}
