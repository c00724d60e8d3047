import { parseResource } from '@steptrail/asl';
import { atPlaces, listNames, tasksOf } from '../places.ts';
import type { DefinitionRule } from '../rule.ts';
import { hasHeartbeat, hasMachineTimeout, hasTimeout, WAIT_WORDS, waitOf } from '../task-waits.ts';

/**
 * Nearly every machine has such tasks, so there is one finding for the machine. Callback and activity tasks that only
 * a heartbeat bounds have one each: a worker that is alive but never done holds them up for a year.
 * Waits with no bound at all are `wait-unbounded`.
 */
export const taskTimeoutMissing: DefinitionRule = {
  id: 'task-timeout-missing',
  subject: 'definition',
  severity: 'medium',
  title: 'Task without a timeout',
  why: 'A Task without TimeoutSeconds waits for 99,999,999 seconds, which is longer than an execution may live: when the answer is lost, the execution hangs until it ends after a year.',
  mend: 'Set TimeoutSeconds on the Task a little above its longest normal run, or TimeoutSeconds at the top of the machine as a bound for all of it.',
  reference: 'https://docs.aws.amazon.com/step-functions/latest/dg/sfn-stuck-execution.html',
  messages: {
    unbounded: '{count} of {tasks} tasks and the machine itself have no TimeoutSeconds: {states}.',
    'bounded by the machine':
      '{count} of {tasks} tasks have no TimeoutSeconds of their own, only the machine as a whole is bounded: {states}.',
    'bounded by Express':
      '{count} of {tasks} tasks have no TimeoutSeconds; only the five minutes of an Express execution end them: {states}.',
    'heartbeat only':
      '{state} waits for {waitsFor} with HeartbeatSeconds but without TimeoutSeconds: a worker that is alive and never done holds it for up to a year.',
  },
  examples: {
    valid: [
      {
        title: 'a timeout on the Task',
        type: 'STANDARD',
        definition: {
          StartAt: 'Charge',
          States: {
            Charge: {
              Type: 'Task',
              Resource: 'arn:aws:states:::lambda:invoke',
              Parameters: { FunctionName: 'charge:live', 'Payload.$': '$' },
              TimeoutSeconds: 30,
              End: true,
            },
          },
        },
      },
      {
        title: 'a timeout that comes from the input',
        type: 'STANDARD',
        definition: {
          StartAt: 'Charge',
          States: {
            Charge: {
              Type: 'Task',
              Resource: 'arn:aws:lambda:eu-west-1:111111111111:function:charge:live',
              TimeoutSecondsPath: '$.patience',
              End: true,
            },
          },
        },
      },
    ],
    invalid: [
      {
        title: 'neither the Task nor the machine has a timeout',
        type: 'STANDARD',
        definition: {
          StartAt: 'Charge',
          States: {
            Charge: {
              Type: 'Task',
              Resource: 'arn:aws:states:::lambda:invoke',
              Parameters: { FunctionName: 'charge:live', 'Payload.$': '$' },
              End: true,
            },
          },
        },
      },
      {
        title: 'an activity with a heartbeat only',
        type: 'STANDARD',
        definition: {
          StartAt: 'Pack',
          States: {
            Pack: {
              Type: 'Task',
              Resource: 'arn:aws:states:eu-west-1:111111111111:activity:pack',
              HeartbeatSeconds: 60,
              End: true,
            },
          },
        },
      },
    ],
  },
  *check({ machine, type }) {
    const tasks = tasksOf(machine, type);
    const machineTimeout = hasMachineTimeout(machine);
    const untimed = tasks.filter((task) => !hasTimeout(task.state));
    const listed: typeof untimed = [];
    for (const task of untimed) {
      const wait = waitOf(parseResource(task.state.Resource));
      if (machineTimeout || task.express || wait === 'response') listed.push(task);
      else if (wait !== 'job' && hasHeartbeat(task.state)) {
        yield {
          severity: 'medium',
          message: 'heartbeat only',
          data: { state: task.name, waitsFor: WAIT_WORDS[wait] },
          evidence: atPlaces([task]),
          key: task.pointer,
        };
      }
    }
    if (listed.length === 0) return;
    const bounded = machineTimeout || type === 'EXPRESS';
    yield {
      severity: bounded ? 'information' : 'low',
      message: machineTimeout
        ? 'bounded by the machine'
        : type === 'EXPRESS'
          ? 'bounded by Express'
          : 'unbounded',
      data: { count: listed.length, tasks: tasks.length, states: listNames(listed) },
      evidence: atPlaces(listed),
      key: 'machine',
    };
  },
};
