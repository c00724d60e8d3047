import type { StateMachine } from '@steptrail/asl';
import type { Event } from '@steptrail/history';
import type { Json } from './expressions/index.ts';
import type { Program } from './program.ts';
import type { World } from './world.ts';

/**
 * The history that a state machine records in a given world: the step logic of replay with a world in place of
 * the record, in virtual time. Events come in order of id; payloads are compact JSON texts. An open execution
 * (`world.until`, or a task that hangs) gives a history without a terminal event.
 * @see step-functions.md section 2
 */
export function simulate(program: Program | StateMachine, input: Json, world: World): readonly Event[] {
  void program;
  void input;
  void world;
  return [];
}
