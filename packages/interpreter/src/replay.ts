import type { Event } from '@steptrail/history';
import { compile, type Definition, isProgram } from './compile.ts';
import type { Run } from './frame.ts';
import { orderForReplay } from './order-events.ts';
import type { Program } from './program.ts';
import { isLogged, type ReplayOptions } from './replay-options.ts';
import { createReplaying, type Replaying } from './replaying.ts';
import { excuseSpelling, respellingOf } from './stand-ins.ts';
import type { Trace } from './trace.ts';

/**
 * Replays a history through its definition: each event is compared with what the definition says must come
 * there, and adopted whether or not it agrees. Never throws, whatever the events or the definition are; time and
 * memory are linear in the events.
 *
 * `events` may be a list, in any order, or anything else that can be gone through once, such as a generator over
 * pages: an event's payload is then free to go as soon as the execution has moved on from it. Such events must come
 * in the order of their ids; one that does not is a divergence and is passed over.
 */
export function replay(
  given: Program | Definition,
  events: Iterable<Event>,
  options: ReplayOptions = {},
): Trace {
  const program = isProgram(given) ? given : compile(given, options);
  const respell = options.standIns === undefined ? undefined : respellingOf(options.standIns);
  if (respell === undefined) return replayBefore(undefined, program, events, options);
  const list = [...events];
  const trace = replayBefore(undefined, program, list, options);
  if (trace.divergences.length === 0) return trace;
  const other = compile(respell(program.definition), {
    type: program.type,
    processorOf: program.processorOf,
  });
  return excuseSpelling(trace, replayBefore(undefined, other, respell(list), respell(options)));
}

/** Replays before a witness, who is told which prediction each event fits. */
export const replayBefore = (
  witness: Run['witness'],
  given: Program | Definition,
  events: Iterable<Event>,
  options: ReplayOptions,
): Trace => {
  const program = isProgram(given) ? given : compile(given, options);
  const sequence = orderForReplay(events, isLogged(options));
  const replaying = createReplaying(witness, program, options, sequence);
  for (const event of sequence.events) replaying.take(event);
  return replaying.end();
};

/**
 * Begins a replay that is told each event as it comes, for histories that are read from a network or a database: what
 * `replay` does of events that are no list, without waiting for them.
 */
export function startReplay(
  program: Program,
  options: Omit<ReplayOptions, 'type' | 'processorOf' | 'standIns'> = {},
): Replaying {
  return createReplaying(undefined, program, options, { divergences: [], doubles: 0 });
}
