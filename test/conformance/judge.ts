import { replay, type Trace } from '@steptrail/interpreter';
import { type Recording, readRecordings } from './recordings.ts';

export type Verdict = 'agreeing' | 'unverifiable' | 'diverging';

/** What replay says of one recording. */
export interface Judged {
  readonly recording: Recording;
  readonly trace: Trace;
  readonly verdict: Verdict;
}

export type Counts = Readonly<Record<Verdict, number>>;

const verdictOf = (trace: Trace): Verdict => {
  if (trace.divergences.length > 0) return 'diverging';
  return trace.unverifiable.length > 0 ? 'unverifiable' : 'agreeing';
};

/** Replays every recording of the corpus: histories, logs, and executions of which only the end was recorded. */
export const judgeRecordings = (): readonly Judged[] =>
  readRecordings('recorded', 'recorded/outcomes', 'found').map((recording) => {
    const trace = replay(recording.definition, recording.events, recording.options);
    return { recording, trace, verdict: verdictOf(trace) };
  });

/** Counts verdicts by whatever a recording counts for, in the order of first occurrence. */
export const countBy = (
  judged: readonly Judged[],
  keysOf: (recording: Recording) => readonly string[],
): ReadonlyMap<string, Counts> => {
  const counts = new Map<string, Record<Verdict, number>>();
  for (const { recording, verdict } of judged) {
    for (const key of keysOf(recording)) {
      const count = counts.get(key) ?? { agreeing: 0, unverifiable: 0, diverging: 0 };
      count[verdict] += 1;
      counts.set(key, count);
    }
  }
  return counts;
};

/** Why what replay calls unverifiable cannot be known, by the reason that the trace gives. */
export const JUSTIFIED: Readonly<Record<string, string>> = {
  'a task token':
    'AWS draws the token; it shows nowhere but in the payload. Everything beside it in the payload is compared.',
  "AWS's clock":
    'Times in the context object are drawn by AWS; in these recordings they were replaced besides (`notes`: times inside payloads). Everything beside them is compared.',
  'a random number': 'Drawn by AWS; of a seeded number the algorithm is not published.',
  'a random UUID': 'Drawn by AWS.',
  'the items of the Map Run are read from elsewhere':
    'The items lie in an object or a listing of S3 that is not part of the recording.',
  'what a task answered is not recorded':
    'The answer of a Task is in the history of a child execution, or in no record at all; where only the end of an execution was recorded, so is every answer.',
  'how a task failed is not recorded':
    'As above: the error and the cause are the service’s, and only their end in the output is recorded.',
  'records before it are missing from the log': 'Only the last record of these logs was recorded (`notes`).',
  'execution data was withheld': 'The log was configured without execution data.',
  'its author replaced times in the payloads of this recording':
    'The `notes` name the members whose times were replaced; one value has two times in two events.',
  'it rests on the spelling of a name that the author of this recording replaced':
    'The `notes` name the stand-in `statemachine-0`; the definition splits the name of the state machine at hyphens, which the real name did not have. With another spelling of the stand-in the recording agrees.',
  'the recorded text is no JSON': 'The payload was shortened by hand (`notes`).',
};

/** The recordings that are unverifiable, by reason; a recording may be there more than once. */
export const reasonsOf = (judged: readonly Judged[]): ReadonlyMap<string, readonly Recording[]> => {
  const groups = new Map<string, Set<Recording>>();
  for (const { recording, trace, verdict } of judged) {
    if (verdict !== 'unverifiable') continue;
    for (const { reason } of trace.unverifiable) {
      const group = groups.get(reason) ?? new Set();
      group.add(recording);
      groups.set(reason, group);
    }
  }
  return new Map([...groups].map(([reason, group]) => [reason, [...group]]));
};
