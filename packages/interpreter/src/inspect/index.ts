export { isTestStateCall, type TestStateCall, type TestStateException } from './call.ts';
export { inspect } from './inspect.ts';
export type {
  Inspection,
  InspectionData,
  TestStateResponse,
  TestStateStatus,
  UnknownLeaf,
} from './response.ts';
