export { parseStatesArn, type StatesArn, stateMachineArnOf } from './arn.ts';
export { readDuration } from './duration.ts';
export * from './event.ts';
export {
  EVENT_TYPES,
  type EventPhase,
  type EventSubject,
  type EventType,
  type EventTypeOf,
  type EventTypeRow,
  isEventType,
  type LogLevel,
  type StateType,
} from './event-types.ts';
export { type Leaf, LONGEST_LEAF, leafText, leavesOf, MOST_LEAVES, readLeafPath } from './leaves.ts';
export { findLogLines, findLogMessages, leastLogLevel } from './log-messages.ts';
export {
  type LogRecord,
  normaliseHistory,
  normaliseLogRecords,
  type Reading,
  type ReadingProblem,
  readTimestamp,
} from './normalise.ts';
export { type Conflict, groupLogRecords, type Ordered, orderEvents } from './order.ts';
export { createEventSplitter, type EventSplitter, type SplitEnd } from './split-events.ts';
export { readStandIns, type StandIns } from './stand-ins.ts';
export { type ReadStatusChange, readStatusChange, STATUS_CHANGE, type StatusChange } from './status-event.ts';
export {
  type HistoryEventOnWire,
  type LogRecordOnWire,
  type Writing,
  writeHistoryEvent,
  writeLogRecord,
} from './write-history.ts';
