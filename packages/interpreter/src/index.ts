export { type CompileOptions, compile, type Definition } from './compile.ts';
export { type Inspection, inspect, isTestStateCall, type TestStateResponse } from './inspect/index.ts';
export type { Program } from './program.ts';
export { replay, startReplay } from './replay.ts';
export type { ReplayOptions } from './replay-options.ts';
export type { Replaying } from './replaying.ts';
export { simulate } from './simulate.ts';
export type { Spread } from './spread.ts';
export type {
  Bound,
  Children,
  Divergence,
  DivergenceKind,
  Loop,
  MapItems,
  Pending,
  Taken,
  TerminalFailure,
  Trace,
  Unverifiable,
  Visit,
  VisitPlace,
  WaitsFor,
} from './trace.ts';
export { INTERPRETER_VERSION } from './version.ts';
export type {
  MapRunAnswer,
  MapRunCall,
  Recalled,
  Step,
  Submission,
  TaskAnswer,
  TaskCall,
  TaskResource,
  World,
} from './world.ts';
export { type RecordedWorld, worldFromHistory } from './world-from-history.ts';
