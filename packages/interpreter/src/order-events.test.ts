import type { Event } from '@steptrail/history';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.ts';
import { replay, startReplay } from './replay.ts';
import { simulate } from './simulate.ts';
import type { World } from './world.ts';

const definition = {
  StartAt: 'One',
  States: { One: { Type: 'Pass', Next: 'Two' }, Two: { Type: 'Succeed' } },
} as const;

const world: World = {
  start: Date.UTC(2026, 0, 1),
  executionArn: 'arn:aws:states:us-east-1:111122223333:execution:one:two',
  stateMachineArn: 'arn:aws:states:us-east-1:111122223333:stateMachine:one',
  roleArn: 'arn:aws:iam::111122223333:role/one',
  seed: 1,
  task: () => ({ kind: 'hangs' }),
};

const events = simulate(definition, { a: 1 }, world);

function* oneByOne(given: readonly Event[]): Generator<Event> {
  yield* given;
}

describe('events that are no list', () => {
  it('give the same trace', () => {
    expect(replay(definition, oneByOne(events))).toEqual(replay(definition, events));
    expect(replay(definition, oneByOne([]))).toEqual(replay(definition, []));
    const replaying = startReplay(compile(definition));
    for (const event of events) replaying.take(event);
    expect(replaying.end()).toEqual(replay(definition, events));
  });

  it('are passed over where their ids do not rise', () => {
    const [first, second, ...rest] = events;
    if (first === undefined || second === undefined) throw new Error('a history is longer');
    const doubled = replay(definition, oneByOne([first, second, second, ...rest]));
    expect(doubled).toMatchObject({ status: 'SUCCEEDED', events: events.length + 1 });
    expect(doubled.divergences).toMatchObject([{ eventId: 2, kind: 'order', recorded: 'event #2 again' }]);
    const late = replay(definition, oneByOne([first, ...rest, second]));
    expect(late.divergences).toContainEqual(
      expect.objectContaining({ eventId: 2, kind: 'order', recorded: 'event #2' }),
    );
  });
});

it('takes a list in reverse, and one in disorder', () => {
  const straight = replay(definition, events);
  expect(straight).toMatchObject({ divergences: [], agrees: events.length });
  expect(replay(definition, events.toReversed())).toEqual(straight);
  const [first, second, ...rest] = events;
  if (first === undefined || second === undefined) throw new Error('a history is longer');
  const swapped = replay(definition, [second, first, ...rest]);
  expect(swapped).toMatchObject({ agrees: events.length - 1, divergences: [{ eventId: 1, kind: 'order' }] });
});

it('says a time that no calendar has', () => {
  const odd = events.map((event, index) => (index === 1 ? { ...event, timestamp: 1e300 } : event));
  expect(replay(definition, odd).divergences).toMatchObject([{ eventId: 3, kind: 'order' }]);
});
