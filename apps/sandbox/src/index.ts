export type {
  Account,
  Execution,
  History,
  LogEvent,
  LogGroup,
  Logging,
  Machine,
  Revision,
} from './account.ts';
export { type DemoOptions, demoAccount } from './demo/demo-account.ts';
export type { Fault, FaultKind } from './faults.ts';
export { type Sandbox, type SandboxOptions, startSandbox } from './start-sandbox.ts';
