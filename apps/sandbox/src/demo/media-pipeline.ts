import type { StateMachine } from '@steptrail/asl';
import { answering, exception, fails, invoked, succeeds } from './answers.ts';
import { between, hex, pick } from './dice.ts';
import {
  DAY,
  functionArn,
  HOUR,
  MINUTE,
  type Occasion,
  type Place,
  type Plan,
  type Scenario,
} from './scenario.ts';

const definition = (place: Place): StateMachine => ({
  Comment: 'Product videos: transcode, thumbnails and captions at once, then the catalogue',
  StartAt: 'Probe',
  States: {
    Probe: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: functionArn(place, 'media-probe'), 'Payload.$': '$' },
      ResultSelector: { 'seconds.$': '$.Payload.seconds', 'codec.$': '$.Payload.codec' },
      ResultPath: '$.media',
      TimeoutSeconds: 60,
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 3 }],
      Next: 'Process',
    },
    Process: {
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'Transcode',
          States: {
            Transcode: {
              Type: 'Task',
              Resource: 'arn:aws:states:::mediaconvert:createJob.sync',
              Parameters: {
                Role: `arn:aws:iam::${place.accountId}:role/media-convert`,
                Settings: { Inputs: [{ 'FileInput.$': '$.source' }] },
              },
              TimeoutSeconds: 7200,
              ResultSelector: { 'jobId.$': '$.Job.Id', 'status.$': '$.Job.Status' },
              End: true,
            },
          },
        },
        {
          StartAt: 'Thumbnails',
          States: {
            Thumbnails: {
              Type: 'Task',
              Resource: 'arn:aws:states:::batch:submitJob.sync',
              Parameters: {
                'JobName.$': "States.Format('thumbnails-{}', $.videoId)",
                JobQueue: 'media-spot',
                JobDefinition: 'thumbnails:7',
              },
              ResultSelector: { 'jobId.$': '$.JobId', 'status.$': '$.Status' },
              End: true,
            },
          },
        },
        {
          StartAt: 'Captions',
          States: {
            Captions: {
              Type: 'Task',
              Resource: functionArn(place, 'media-captions'),
              TimeoutSeconds: 900,
              Retry: [{ ErrorEquals: ['States.Timeout', 'Lambda.ServiceException'], MaxAttempts: 1 }],
              Catch: [
                { ErrorEquals: ['States.ALL'], ResultPath: '$.captionFailure', Next: 'WithoutCaptions' },
              ],
              End: true,
            },
            WithoutCaptions: { Type: 'Pass', Result: { captions: null }, End: true },
          },
        },
      ],
      ResultPath: '$.processed',
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'PipelineFailed' }],
      Next: 'UpdateCatalogue',
    },
    UpdateCatalogue: {
      Type: 'Task',
      Resource: 'arn:aws:states:::glue:startJobRun.sync',
      Parameters: { JobName: 'media-catalogue', Arguments: { '--video.$': '$.videoId' } },
      TimeoutSeconds: 1800,
      ResultSelector: { 'id.$': '$.Id' },
      ResultPath: '$.catalogue',
      End: true,
    },
    PipelineFailed: { Type: 'Fail', ErrorPath: '$.failure.Error', CausePath: '$.failure.Cause' },
  },
});

function planVideo({ dice }: Occasion, job: 'by chance' | 'hangs'): Plan {
  const videoId = `V-${hex(dice, 8, 'video')}`;
  const jobId = `16${between(dice, 10 ** 8, 10 ** 9, 'mc')}-${hex(dice, 6, 'mc')}`;
  const batchId = hex(dice, 36, 'batch');
  const transcoding = between(dice, 3 * MINUTE, 22 * MINUTE, 'transcode');
  return {
    input: {
      videoId,
      source: `s3://acme-media-inbox/${videoId}.mov`,
      product: pick(dice, ['ACME-ANVIL-10', 'ACME-CATAPULT', 'ACME-TRAMPOLINE'], 'p'),
    },
    task: answering({
      Probe: () => succeeds(invoked({ seconds: between(dice, 20, 240, 's'), codec: 'prores' }), 800),
      Transcode: () => {
        const submitted = { output: { Job: { Id: jobId, Status: 'SUBMITTED' } }, after: 350 };
        if (job === 'by chance' && dice('transcode fails') < 0.08) {
          const cause = JSON.stringify({
            Job: { Id: jobId, Status: 'ERROR', ErrorCode: 1404, ErrorMessage: 'Unable to open input file' },
          });
          return { ...fails('States.TaskFailed', cause, transcoding), submitted };
        }
        return { ...succeeds({ Job: { Id: jobId, Status: 'COMPLETE' } }, transcoding), submitted };
      },
      Thumbnails: () => {
        const submitted = { output: { JobId: batchId, JobName: `thumbnails-${videoId}` }, after: 280 };
        if (job === 'hangs') return { kind: 'hangs', submitted };
        return {
          ...succeeds({ JobId: batchId, Status: 'SUCCEEDED' }, between(dice, MINUTE, 9 * MINUTE, 'thumbs')),
          submitted,
        };
      },
      Captions: () =>
        dice('captions') < 0.12
          ? fails('LanguageUnknown', exception('LanguageUnknown', 'no speech found'), 14_000)
          : succeeds(
              { captions: `s3://acme-media/${videoId}.vtt` },
              between(dice, 20_000, 200_000, 'captions time'),
            ),
      UpdateCatalogue: () => {
        const id = `jr_${hex(dice, 32, 'catalogue')}`;
        return {
          ...succeeds({ Id: id, JobRunState: 'SUCCEEDED' }, between(dice, 40_000, 180_000, 'cat')),
          submitted: { output: { JobRunId: id }, after: 400 },
        };
      },
    }),
  };
}

/** Parallel work on a video with `.sync` jobs; the Batch job has no bound, and one hangs in its queue. */
export const mediaPipeline: Scenario = {
  name: 'media-pipeline',
  type: 'STANDARD',
  description: 'Turns an uploaded product video into what the shop shows',
  tags: { team: 'media', stage: 'prod' },
  logging: { level: 'OFF', includeExecutionData: false },
  revisions: (place) => [{ before: 130 * DAY, definition: definition(place) }],
  every: { past: 41 * HOUR, live: 25 * MINUTE },
  plan: (occasion) => planVideo(occasion, 'by chance'),
  incidents: [{ before: 3 * DAY + 5 * HOUR, plan: (occasion) => planVideo(occasion, 'hangs') }],
};
