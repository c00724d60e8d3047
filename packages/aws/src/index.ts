export { describeActivity, listActivities } from './activities.ts';
export { credentialsOfProfile, credentialsOfRole } from './assumed-role.ts';
export { AwsError } from './aws-error.ts';
export {
  type AwsClientOptions,
  type AwsClients,
  budgetedQuotas,
  clockOffsetOf,
  createAwsClients,
  withBudgets,
} from './clients.ts';
export {
  countHistoryEvents,
  describeExecution,
  type ListedExecution,
  listExecutions,
  readHistory,
} from './executions.ts';
export { type Identity, whoAmI } from './identity.ts';
export { describeLogGroups, filterLogEvents, type LogGroup, logGroupNameOf } from './logs.ts';
export { type DescribedMapRun, describeMapRun, listMapRuns } from './map-runs.ts';
export { leastPrivilegePolicy, type PolicyDocument, probePermissions } from './permissions.ts';
export {
  ACTIONS,
  type Operation,
  overrideQuotas,
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
  type ListedStateMachine,
  type LoggingConfiguration,
  listStateMachines,
  listTags,
} from './state-machines.ts';
export { REAL_TIME, type RequestBudget, type Timing } from './token-bucket.ts';
export { describeStateMachineAlias, listStateMachineAliases, listStateMachineVersions } from './versions.ts';
