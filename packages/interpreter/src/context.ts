import { parseStatesArn, stateMachineArnOf } from '@steptrail/history';
import { type Json, type Scope, unknown } from './expressions/index.ts';
import type { ExecutionContext, Frame, Run, Variables, View } from './frame.ts';
import { jsonOf, perhapsAbsent } from './value.ts';

type OpenObject = { [key: string]: Json };

/** Looks a variable up, from the innermost scope outwards. */
const variableOf = (variables: Variables, name: string): Json | undefined => {
  for (let scope: Variables | undefined = variables; scope !== undefined; scope = scope.outer) {
    const value = scope.own?.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
};

const nameIn = (arn: string | undefined, part: 'execution' | 'machine'): Json => {
  const parsed = arn === undefined ? undefined : parseStatesArn(arn);
  if (parsed !== undefined && parsed.kind !== 'mapRun' && parsed.kind !== 'activity') {
    if (part === 'machine') return parsed.stateMachineName;
    if (parsed.kind !== 'stateMachine') return parsed.executionName;
  }
  return unknown(`the ${part}'s ARN is not known`);
};

const time = (run: Run, at: number): Json =>
  run.facts.recorded ? unknown("AWS's clock") : new Date(at).toISOString();

/** A child execution of a Map Run that AWS recorded: what its context object is like is in no reference. */
const isRecordedChild = (run: Run): boolean => run.program.processorOf !== undefined && !run.facts.simulated;

/** The parts of a context object that are the same for every state of an execution, until it is redriven. */
const executionContextOf = (run: Run): ExecutionContext => {
  const { executionArn } = run.facts;
  const machineArn =
    run.facts.stateMachineArn ?? (executionArn === undefined ? undefined : stateMachineArnOf(executionArn));
  const execution: OpenObject = {
    Id: executionArn ?? unknown("the execution's ARN is not known"),
    Input: jsonOf(run.input),
    StartTime: time(run, run.startedAt),
    Name: nameIn(executionArn, 'execution'),
    RoleArn: run.roleArn,
  };
  if (run.program.type === 'STANDARD') execution.RedriveCount = run.redriveCount;
  // Absent in recordings of synchronous Express executions; of asynchronous ones there is none.
  else if (!run.facts.simulated) execution.RedriveCount = perhapsAbsent;
  if (run.redriveCount > 0) execution.RedriveTime = unknown("AWS's clock");
  return {
    Execution: execution,
    StateMachine: {
      // A machine that was started through a version or an alias may be named with it, and a child's with its label.
      Id:
        run.qualified || isRecordedChild(run)
          ? unknown("whether the state machine's ARN is qualified")
          : (machineArn ?? unknown("the state machine's ARN is not known")),
      Name: isRecordedChild(run)
        ? unknown("whether the state machine's name has the Map's label")
        : nameIn(machineArn, 'machine'),
    },
  };
};

/**
 * The context object of a state: `$$` in JSONPath, `$states.context` in JSONata. `item` is that of an iteration
 * about to start. @see ASL section 8.4
 */
const contextOf = (run: Run, frame: Frame, item = frame.item): Json => {
  run.context ??= executionContextOf(run);
  const { Execution, StateMachine } = run.context;
  const State = stateOf(run, frame);
  const task = taskOf(frame);
  const map = item === undefined ? mapOfChild(run) : { Item: item };
  // One literal each: objects that grow key by key take longer, and there may be one for each item of a Map.
  if (task === undefined) {
    return map === undefined
      ? { Execution, StateMachine, State }
      : { Execution, StateMachine, State, Map: map };
  }
  return map === undefined
    ? { Execution, StateMachine, State, Task: task }
    : { Execution, StateMachine, State, Task: task, Map: map };
};

const stateOf = (run: Run, { state, enteredAt, attempt }: Frame): Json => {
  const Name = state?.name ?? '';
  const EnteredTime = time(run, enteredAt);
  const type = state?.type;
  return type === 'Task' || type === 'Map' || type === 'Parallel'
    ? { Name, EnteredTime, RetryCount: attempt - 1 }
    : { Name, EnteredTime };
};

const taskOf = ({ taskToken }: Frame): Json | undefined =>
  taskToken === undefined || taskToken === perhapsAbsent ? taskToken : { Token: taskToken };

const mapOfChild = (run: Run): Json | undefined => (isRecordedChild(run) ? perhapsAbsent : undefined);

const NOTHING_MORE: More = {};

/** What some expressions see beside their input. */
interface More {
  readonly result?: Json;
  readonly errorOutput?: Json;
  readonly item?: Json;
}

const createView = (run: Run, frame: Frame): View => ({
  context: () => contextOf(run, frame),
  variables: (name) => variableOf(frame.variables, name),
});

/** For the fields of an ItemSelector, which mostly look at nothing else: made once for all of them. */
const contextOfItem = (run: Run, frame: Frame, item: Json): (() => Json) => {
  let made: Json | undefined;
  return () => {
    made ??= contextOf(run, frame, item);
    return made;
  };
};

/** What an expression of this frame may look at. */
export const scopeOf = (run: Run, frame: Frame, input: Json, more: More = NOTHING_MORE): Scope => {
  frame.view ??= createView(run, frame);
  return {
    input,
    context: more.item === undefined ? frame.view.context : contextOfItem(run, frame, more.item),
    variables: frame.view.variables,
    draws: run.draws,
    result: more.result,
    errorOutput: more.errorOutput,
  };
};
