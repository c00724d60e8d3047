import type { Chain } from './chain.ts';
import type { OpenVisit } from './frame.ts';
import type { Program } from './program.ts';
import type { Taken, Visit, VisitPlace } from './trace.ts';

/** How many different errors are told of a retrier or catcher. */
const ERRORS = 5;

/**
 * Sees to it that a Choice's branch is the one that the record took: where the rules rest on unknown values or the
 * record disagrees with them, the state that came next tells it, if just one branch leads there.
 */
export const settleChoices = (visits: readonly OpenVisit[], program: Program, chain: Chain): void => {
  /** The Choice that was the last state of a place. */
  const left = new Map<VisitPlace | undefined, OpenVisit>();
  for (const visit of visits) {
    const before = left.size === 0 ? undefined : left.get(visit.within);
    if (before !== undefined) left.delete(visit.within);
    if (visit.stateType === 'Choice' && visit.exitedEventId !== undefined) left.set(visit.within, visit);
    if (before === undefined) continue;
    if (before.choice !== undefined && nextOfBranch(program, before.state, before.choice) === visit.state)
      continue;
    if (chain.before(visit.enteredEventId) !== before.exitedEventId) continue;
    before.choice = onlyBranchTo(program, before.state, visit.state);
  }
};

const nextOfBranch = (program: Program, state: string, branch: number | 'default'): string | undefined => {
  const definition = program.states.get(state)?.definition;
  if (definition?.Type !== 'Choice') return undefined;
  return branch === 'default' ? definition.Default : definition.Choices[branch]?.Next;
};

const onlyBranchTo = (program: Program, state: string, next: string): number | 'default' | undefined => {
  const definition = program.states.get(state)?.definition;
  if (definition?.Type !== 'Choice' || !Array.isArray(definition.Choices)) return undefined;
  const branches: (number | 'default')[] = definition.Choices.flatMap((rule, index) =>
    rule?.Next === next ? [index] : [],
  );
  if (definition.Default === next) branches.push('default');
  return branches.length === 1 ? branches[0] : undefined;
};

/** The retriers, catchers and branches of Choices that were taken, how often, and where. */
export const takenOf = (visits: readonly Visit[]): readonly Taken[] => {
  const taken = new Map<string, { -readonly [Field in keyof Taken]: Taken[Field] } & { errors: string[] }>();
  const take = (
    visit: Visit,
    kind: Taken['kind'],
    index: number | 'default',
    pointer: string,
    error?: string,
  ): void => {
    const key = `${kind} ${pointer}`;
    const known = taken.get(key);
    const { enteredEventId } = visit;
    if (known === undefined) {
      const errors = error === undefined ? [] : [error];
      taken.set(key, {
        kind,
        state: visit.state,
        pointer,
        index,
        times: 1,
        firstEventId: enteredEventId,
        lastEventId: enteredEventId,
        errors,
      });
      return;
    }
    known.times += 1;
    known.lastEventId = enteredEventId;
    if (error !== undefined && known.errors.length < ERRORS && !known.errors.includes(error)) {
      known.errors.push(error);
    }
  };
  for (const visit of visits) {
    const { retries, catcher, choice, pointer, exitedEventId } = visit;
    const at = pointer ?? visit.state;
    for (const { retrier, error } of retries) {
      take(visit, 'retrier', retrier, `${at}/Retry/${retrier}`, error);
    }
    if (catcher !== undefined && exitedEventId !== undefined) {
      take(visit, 'catcher', catcher, `${at}/Catch/${catcher}`, visit.error);
    }
    if (choice !== undefined && exitedEventId !== undefined) {
      take(visit, 'choice', choice, choice === 'default' ? `${at}/Default` : `${at}/Choices/${choice}`);
    }
  }
  return [...taken.values()];
};
