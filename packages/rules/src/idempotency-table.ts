/**
 * What a second run of the same call does, by action (idempotency reference, 7.1 and 7.2):
 * - `READ` no effect; `IDEM` the same end state again;
 * - `TOKEN` safe only with a deterministic value in `member`;
 * - `NAME` the second call conflicts or returns the existing thing, as long as `member` keeps its value;
 * - `NOT` the effect is repeated;
 * - `UNKNOWN` depends on the code or the request behind it, which the definition does not show.
 */
export type Repetition =
  | { readonly class: 'READ' | 'IDEM' | 'NOT' | 'UNKNOWN' }
  | { readonly class: 'TOKEN' | 'NAME'; readonly member: string };

const READ: Repetition = { class: 'READ' };
const IDEM: Repetition = { class: 'IDEM' };
const NOT: Repetition = { class: 'NOT' };
const UNKNOWN: Repetition = { class: 'UNKNOWN' };
const token = (member: string): Repetition => ({ class: 'TOKEN', member });
const name = (member: string): Repetition => ({ class: 'NAME', member });

/** Services whose name in an SDK integration differs from that of the optimised one. Hyphens are dropped first. */
export const SERVICE_NAMES: ReadonlyMap<string, string> = new Map([
  ['sfn', 'states'],
  ['eventbridge', 'events'],
  ['elasticmapreduce', 'emr'],
  ['bedrockruntime', 'bedrock'],
  ['sesv2', 'ses'],
  ['iotdataplane', 'iotdata'],
  ['cloudwatchlogs', 'logs'],
]);

/** `service:action`, the service as in `SERVICE_NAMES`. What is not here goes by `REPETITION_BY_PREFIX`. */
export const REPETITION: ReadonlyMap<string, Repetition> = new Map<string, Repetition>([
  ['lambda:invoke', UNKNOWN],
  ['lambda:updateFunctionCode', IDEM],
  ['lambda:publishVersion', IDEM],
  ['states:startExecution', token('Name')],
  ['states:startSyncExecution', NOT],
  ['states:redriveExecution', token('ClientToken')],
  ['states:sendTaskSuccess', name('TaskToken')],
  ['states:sendTaskFailure', name('TaskToken')],
  ['states:sendTaskHeartbeat', IDEM],
  ['dynamodb:query', READ],
  ['dynamodb:scan', READ],
  ['dynamodb:batchGetItem', READ],
  ['dynamodb:batchWriteItem', IDEM],
  ['dynamodb:transactWriteItems', token('ClientRequestToken')],
  ['dynamodb:executeTransaction', token('ClientRequestToken')],
  ['dynamodb:executeStatement', UNKNOWN],
  ['dynamodb:batchExecuteStatement', UNKNOWN],
  ['sqs:receiveMessage', NOT],
  ['sqs:deleteMessage', IDEM],
  ['events:putEvents', NOT],
  ['scheduler:createSchedule', name('Name')],
  ['s3:copyObject', IDEM],
  ['s3:createMultipartUpload', NOT],
  ['s3:selectObjectContent', READ],
  ['ecs:runTask', token('ClientToken')],
  ['batch:submitJob', NOT],
  ['glue:startJobRun', NOT],
  ['glue:startCrawler', name('Name')],
  ['glue:startWorkflowRun', NOT],
  ['databrew:startJobRun', NOT],
  ['athena:startQueryExecution', token('ClientRequestToken')],
  ['emr:addStep', NOT],
  ['emr:createCluster', NOT],
  ['emr:runJobFlow', NOT],
  ['emrcontainers:startJobRun', token('ClientToken')],
  ['emrserverless:startJobRun', token('ClientToken')],
  ['emrserverless:createApplication', token('ClientToken')],
  ['eks:call', UNKNOWN],
  ['eks:runJob', UNKNOWN],
  ['eks:createCluster', name('Name')],
  ['eks:createNodegroup', name('NodegroupName')],
  ['sagemaker:createTrainingJob', name('TrainingJobName')],
  ['sagemaker:createTransformJob', name('TransformJobName')],
  ['sagemaker:createProcessingJob', name('ProcessingJobName')],
  ['sagemaker:createHyperParameterTuningJob', name('HyperParameterTuningJobName')],
  ['sagemaker:createModel', name('ModelName')],
  ['sagemaker:createEndpoint', name('EndpointName')],
  ['sagemaker:startPipelineExecution', token('ClientRequestToken')],
  ['sagemakerruntime:invokeEndpoint', READ],
  ['bedrock:invokeModel', READ],
  ['bedrock:converse', READ],
  ['bedrock:createModelCustomizationJob', token('ClientRequestToken')],
  ['bedrock:createModelInvocationJob', token('ClientRequestToken')],
  ['bedrock:startAsyncInvoke', token('ClientRequestToken')],
  ['bedrockagentruntime:invokeAgent', UNKNOWN],
  ['bedrockagentruntime:retrieve', READ],
  ['bedrockagentruntime:retrieveAndGenerate', READ],
  ['codebuild:startBuild', token('IdempotencyToken')],
  ['codebuild:startBuildBatch', token('IdempotencyToken')],
  ['codepipeline:startPipelineExecution', token('ClientRequestToken')],
  ['mediaconvert:createJob', token('ClientRequestToken')],
  ['ses:sendEmail', NOT],
  ['ses:sendBulkEmail', NOT],
  ['pinpoint:sendMessages', NOT],
  ['kinesis:putRecord', NOT],
  ['kinesis:putRecords', NOT],
  ['firehose:putRecord', NOT],
  ['firehose:putRecordBatch', NOT],
  ['redshiftdata:executeStatement', token('ClientToken')],
  ['redshiftdata:batchExecuteStatement', token('ClientToken')],
  ['rdsdata:executeStatement', UNKNOWN],
  ['rdsdata:batchExecuteStatement', UNKNOWN],
  ['rds:createDBInstance', name('DbInstanceIdentifier')],
  ['rds:createDBSnapshot', name('DbSnapshotIdentifier')],
  ['rds:startDBInstance', name('DbInstanceIdentifier')],
  ['rds:stopDBInstance', name('DbInstanceIdentifier')],
  ['ec2:runInstances', token('ClientToken')],
  ['ec2:createVolume', token('ClientToken')],
  ['ec2:startInstances', IDEM],
  ['ec2:createSnapshot', NOT],
  ['ec2:createImage', name('Name')],
  ['ec2:createTags', IDEM],
  ['ssm:startAutomationExecution', token('ClientToken')],
  ['ssm:sendCommand', NOT],
  ['secretsmanager:createSecret', name('Name')],
  ['secretsmanager:putSecretValue', token('ClientRequestToken')],
  ['secretsmanager:updateSecret', token('ClientRequestToken')],
  ['secretsmanager:rotateSecret', token('ClientRequestToken')],
  ['cloudformation:createStack', name('StackName')],
  ['cloudformation:updateStack', IDEM],
  ['servicecatalog:provisionProduct', token('ProvisionToken')],
  ['textract:analyzeDocument', READ],
  ['textract:analyzeExpense', READ],
  ['transcribe:startTranscriptionJob', name('TranscriptionJobName')],
  ['translate:translateText', READ],
  ['translate:startTextTranslationJob', token('ClientToken')],
  ['polly:synthesizeSpeech', READ],
  ['polly:startSpeechSynthesisTask', NOT],
  ['cloudwatch:putMetricData', NOT],
  ['logs:putLogEvents', NOT],
  ['logs:createLogStream', name('LogStreamName')],
  ['iotdata:publish', NOT],
  ['iotdata:updateThingShadow', IDEM],
  ['appflow:startFlow', token('ClientToken')],
  ['backup:startBackupJob', token('IdempotencyToken')],
  ['datasync:startTaskExecution', NOT],
  ['timestreamwrite:writeRecords', IDEM],
  ['apigatewaymanagementapi:postToConnection', NOT],
  ['connect:startOutboundVoiceContact', token('ClientToken')],
  ['cognitoidentityprovider:adminCreateUser', name('Username')],
  ['iam:createRole', name('RoleName')],
  ['iam:createPolicy', name('PolicyName')],
  ['route53:changeResourceRecordSets', IDEM],
  ['cloudfront:createInvalidation', token('CallerReference')],
  ['kms:encrypt', READ],
  ['kms:decrypt', READ],
  ['kms:generateDataKey', READ],
  ['organizations:createAccount', NOT],
  ['s3control:createJob', token('ClientRequestToken')],
]);

/** Members that SDK models use as idempotency tokens, where the table does not name one. */
export const TOKEN_MEMBERS = [
  'ClientToken',
  'ClientRequestToken',
  'IdempotencyToken',
  'CallerReference',
  'ClientIdempotencyToken',
] as const;

/** The class of an action that the table does not have, by the word it begins with; `TOKEN?`: unless a token is sent. */
export const REPETITION_BY_PREFIX: readonly {
  readonly prefixes: readonly string[];
  readonly class: 'READ' | 'IDEM' | 'NAME?' | 'TOKEN?';
}[] = [
  {
    prefixes: [
      ...['get', 'list', 'describe', 'head', 'search', 'query', 'scan', 'batchGet', 'lookup', 'select'],
      ...['detect', 'compare', 'classify', 'recognize', 'analyze', 'batchDetect', 'validate', 'check'],
    ],
    class: 'READ',
  },
  {
    prefixes: [
      ...['delete', 'untag', 'stop', 'terminate', 'disable', 'detach', 'remove', 'deregister', 'cancel'],
      ...['put', 'update', 'tag', 'set', 'enable', 'attach', 'modify', 'batchDelete'],
    ],
    class: 'IDEM',
  },
  { prefixes: ['create', 'register'], class: 'NAME?' },
  {
    prefixes: [
      'start',
      'run',
      'submit',
      'send',
      'publish',
      'invoke',
      'post',
      'execute',
      'batchExecute',
      'add',
    ],
    class: 'TOKEN?',
  },
];
