/** How a Task waits for the service it calls. */
export type IntegrationPattern = 'request-response' | 'sync' | 'sync:2' | 'waitForTaskToken';

/** What an optimised integration offers. */
export type Service = {
  readonly actions: readonly string[];
  readonly patterns: readonly IntegrationPattern[];
  /** The actions that can be waited for as jobs, where not all of them can. */
  readonly jobs?: readonly string[];
  /** The list of actions is complete, so any other is refused. */
  readonly complete?: true;
};

const ONCE: readonly IntegrationPattern[] = ['request-response'];
const JOB: readonly IntegrationPattern[] = ['request-response', 'sync'];
const CALLBACK: readonly IntegrationPattern[] = ['request-response', 'waitForTaskToken'];
const JOB_OR_CALLBACK: readonly IntegrationPattern[] = ['request-response', 'sync', 'waitForTaskToken'];

/** The optimised integrations. https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html, best practices 6.3. */
export const SERVICES: ReadonlyMap<string, Service> = new Map<string, Service>([
  ['apigateway', { actions: ['invoke'], patterns: CALLBACK, complete: true }],
  [
    'athena',
    {
      actions: ['startQueryExecution', 'stopQueryExecution', 'getQueryExecution', 'getQueryResults'],
      patterns: JOB,
      jobs: ['startQueryExecution'],
    },
  ],
  ['batch', { actions: ['submitJob'], patterns: JOB_OR_CALLBACK }],
  [
    'bedrock',
    {
      actions: ['invokeModel', 'createModelCustomizationJob'],
      patterns: JOB_OR_CALLBACK,
      jobs: ['createModelCustomizationJob'],
    },
  ],
  ['bedrockagentcore', { actions: ['invokeHarness'], patterns: CALLBACK }],
  [
    'codebuild',
    {
      actions: [
        'startBuild',
        'stopBuild',
        'batchDeleteBuilds',
        'batchGetReports',
        'startBuildBatch',
        'stopBuildBatch',
        'retryBuildBatch',
        'deleteBuildBatch',
      ],
      patterns: JOB,
    },
  ],
  ['databrew', { actions: ['startJobRun'], patterns: JOB }],
  [
    'dynamodb',
    { actions: ['getItem', 'putItem', 'updateItem', 'deleteItem'], patterns: ONCE, complete: true },
  ],
  ['ecs', { actions: ['runTask'], patterns: JOB_OR_CALLBACK }],
  [
    'eks',
    {
      actions: [
        'call',
        'runJob',
        'createCluster',
        'deleteCluster',
        'createNodegroup',
        'deleteNodegroup',
        'createFargateProfile',
        'deleteFargateProfile',
      ],
      patterns: JOB_OR_CALLBACK,
      jobs: [
        'runJob',
        'createCluster',
        'deleteCluster',
        'createNodegroup',
        'deleteNodegroup',
        'createFargateProfile',
        'deleteFargateProfile',
      ],
    },
  ],
  [
    'elasticmapreduce',
    {
      actions: [
        'createCluster',
        'terminateCluster',
        'setClusterTerminationProtection',
        'addStep',
        'cancelStep',
        'modifyInstanceFleetByName',
        'modifyInstanceGroupByName',
      ],
      patterns: JOB,
      jobs: ['createCluster', 'terminateCluster', 'addStep'],
    },
  ],
  [
    'emr-containers',
    { actions: ['createVirtualCluster', 'deleteVirtualCluster', 'startJobRun'], patterns: JOB },
  ],
  [
    'emr-serverless',
    {
      actions: [
        'createApplication',
        'startApplication',
        'stopApplication',
        'deleteApplication',
        'startJobRun',
        'cancelJobRun',
      ],
      patterns: JOB,
    },
  ],
  ['events', { actions: ['putEvents'], patterns: CALLBACK, complete: true }],
  ['glue', { actions: ['startJobRun'], patterns: JOB }],
  ['lambda', { actions: ['invoke'], patterns: CALLBACK, complete: true }],
  ['mediaconvert', { actions: ['createJob'], patterns: JOB }],
  [
    'sagemaker',
    {
      actions: [
        'createEndpoint',
        'createEndpointConfig',
        'createHyperParameterTuningJob',
        'createLabelingJob',
        'createModel',
        'createProcessingJob',
        'createTrainingJob',
        'createTransformJob',
        'updateEndpoint',
      ],
      patterns: JOB,
      jobs: [
        'createHyperParameterTuningJob',
        'createLabelingJob',
        'createProcessingJob',
        'createTrainingJob',
        'createTransformJob',
      ],
    },
  ],
  ['sns', { actions: ['publish'], patterns: CALLBACK, complete: true }],
  ['sqs', { actions: ['sendMessage'], patterns: CALLBACK, complete: true }],
  [
    'states',
    {
      actions: ['startExecution'],
      patterns: ['request-response', 'sync', 'sync:2', 'waitForTaskToken'],
      complete: true,
    },
  ],
]);
