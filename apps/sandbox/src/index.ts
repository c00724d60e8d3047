export type {
  Account,
  Activity,
  Alias,
  Encryption,
  Execution,
  History,
  LogEvent,
  LogGroup,
  Logging,
  Machine,
  MapRun,
  Revision,
  Version,
} from './account.ts';
export { type DemoOptions, demoAccount } from './demo/demo-account.ts';
export type { Fault, FaultKind } from './faults.ts';
export { type Sandbox, type SandboxOptions, startSandbox } from './start-sandbox.ts';
