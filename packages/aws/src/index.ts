export { describeActivity, type ListedActivity, listActivities } from './activities.ts';
export { credentialsOfProfile, credentialsOfRole, type RoleToAssume } from './assumed-role.ts';
export { AwsError, type AwsProblem, type CallPlace, describeAwsError } from './aws-error.ts';
export {
  type AwsClientOptions,
  type AwsClients,
  budgetedQuotas,
  createAwsClients,
  withBudgets,
} from './clients.ts';
export {
  countHistoryEvents,
  describeExecution,
  type HistoryPage,
  type ListedExecution,
  listExecutions,
  readHistory,
} from './executions.ts';
export { type Identity, whoAmI } from './identity.ts';
export {
  describeLogGroups,
  filterLogEvents,
  type LogEvent,
  type LogGroup,
  type LogWindow,
  logGroupNameOf,
} from './logs.ts';
export {
  type DescribedMapRun,
  describeMapRun,
  type ListedMapRun,
  listMapRuns,
  type MapRunCounts,
} from './map-runs.ts';
export type { Page, PagingProblem } from './pages.ts';
export {
  leastPrivilegePolicy,
  type PolicyDocument,
  type ProbedPermission,
  probePermissions,
} from './permissions.ts';
export {
  ACTIONS,
  type Operation,
  overrideQuotas,
  type Quota,
  type Quotas,
  quotasOf,
  RETENTION_DAYS,
  shareOf,
} from './quotas.ts';
export { publishSns } from './sns.ts';
export {
  detectSource,
  type Environment,
  namesCredentials,
  PLACEHOLDER_CREDENTIALS,
  type Source,
} from './source.ts';
export {
  deleteMessages,
  type QueueMessage,
  queueArnOf,
  readQueue,
  receiveMessages,
  regionOfQueue,
} from './sqs.ts';
export {
  type DescribedRevision,
  type DescribedStateMachine,
  describeStateMachine,
  describeStateMachineForExecution,
  type EncryptionConfiguration,
  type ListedStateMachine,
  type LoggingConfiguration,
  listStateMachines,
  listTags,
} from './state-machines.ts';
export { REAL_TIME, type RequestBudget, type Timing, TokenBucket } from './token-bucket.ts';
export {
  type DescribedAlias,
  describeStateMachineAlias,
  type ListedAlias,
  type ListedVersion,
  listStateMachineAliases,
  listStateMachineVersions,
  type Routing,
} from './versions.ts';
