import { parseResource } from '@steptrail/asl';
import { atPlaces, tasksOf } from '../places.ts';
import type { DefinitionRule } from '../rule.ts';
import { hasHeartbeat, hasTimeout, WAIT_WORDS, waitOf } from '../task-waits.ts';

/** With a timeout this short a heartbeat would gain little. */
const SHORT_TIMEOUT_SECONDS = 3_600;

export const heartbeatMissing: DefinitionRule = {
  id: 'heartbeat-missing',
  subject: 'definition',
  severity: 'medium',
  title: 'Callback or activity without a heartbeat',
  why: 'Without HeartbeatSeconds a worker that died looks like a worker that is busy: the execution waits until TimeoutSeconds, or for a year where there is none.',
  mend: 'Set HeartbeatSeconds below TimeoutSeconds and let the worker call SendTaskHeartbeat. Where a person answers, no heartbeat can be sent: then TimeoutSeconds is the bound that counts.',
  reference: 'https://docs.aws.amazon.com/step-functions/latest/dg/sfn-stuck-execution.html',
  messages: {
    'no timeout': '{state} waits for {waitsFor} without HeartbeatSeconds, and without TimeoutSeconds.',
    'long timeout':
      '{state} waits for {waitsFor} without HeartbeatSeconds: a dead worker is noticed only by its TimeoutSeconds.',
    'short timeout':
      '{state} waits for {waitsFor} without HeartbeatSeconds; its TimeoutSeconds ends the wait within {timeoutSeconds}.',
  },
  examples: {
    valid: [
      {
        title: 'a heartbeat below the timeout',
        type: 'STANDARD',
        definition: {
          StartAt: 'Pack',
          States: {
            Pack: {
              Type: 'Task',
              Resource: 'arn:aws:states:eu-west-1:111111111111:activity:pack',
              TimeoutSeconds: 7200,
              HeartbeatSeconds: 60,
              End: true,
            },
          },
        },
      },
      {
        title: 'a job (.sync) has no heartbeat to send',
        type: 'STANDARD',
        definition: {
          StartAt: 'Build',
          States: {
            Build: {
              Type: 'Task',
              Resource: 'arn:aws:states:::codebuild:startBuild.sync',
              Parameters: { ProjectName: 'shop' },
              TimeoutSeconds: 3600,
              End: true,
            },
          },
        },
      },
    ],
    invalid: [
      {
        title: 'an activity with a long timeout only',
        type: 'STANDARD',
        definition: {
          StartAt: 'Pack',
          States: {
            Pack: {
              Type: 'Task',
              Resource: 'arn:aws:states:eu-west-1:111111111111:activity:pack',
              TimeoutSeconds: 86400,
              End: true,
            },
          },
        },
      },
      {
        title: 'a callback without any bound',
        type: 'STANDARD',
        definition: {
          StartAt: 'Ship',
          States: {
            Ship: {
              Type: 'Task',
              Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
              Parameters: { FunctionName: 'ship', Payload: { 'token.$': '$$.Task.Token' } },
              End: true,
            },
          },
        },
      },
    ],
  },
  *check({ machine, type }) {
    for (const task of tasksOf(machine, type)) {
      const { state } = task;
      const wait = waitOf(parseResource(state.Resource));
      if ((wait !== 'callback' && wait !== 'activity') || hasHeartbeat(state) || task.express) continue;
      const seconds = typeof state.TimeoutSeconds === 'number' ? state.TimeoutSeconds : null;
      const short = seconds !== null && seconds <= SHORT_TIMEOUT_SECONDS;
      const message = !hasTimeout(state) ? 'no timeout' : short ? 'short timeout' : 'long timeout';
      yield {
        severity: short ? 'information' : 'medium',
        message,
        data: { state: task.name, waitsFor: WAIT_WORDS[wait], timeoutSeconds: seconds },
        evidence: atPlaces([task]),
        key: task.pointer,
      };
    }
  },
};
