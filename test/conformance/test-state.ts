import { type Inspection, inspect } from '@steptrail/interpreter';
import { type Fields, isFields, listCorpus, readCorpus } from './recordings.ts';

/** A call of TestState that AWS answered, and what `inspect` says to it. */
export interface AnsweredCall {
  readonly file: string;
  readonly recorded: Fields;
  readonly inspection: Inspection;
  /** Why no offline answer can be AWS's; undefined where ours has to be. */
  readonly reason: string | undefined;
}

export const fields = (value: unknown): Fields => (isFields(value) ? value : {});

/** A JSON text as its value, any other text as it is. */
const parsed = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};

/** Writes `(unknown: …)` of ours over what AWS has there, so that all else is compared. */
export const withoutUnknown = (ours: unknown, theirs: unknown): unknown => {
  if (typeof ours === 'string' && ours.startsWith('(unknown: ')) return ours;
  if (Array.isArray(theirs) && Array.isArray(ours)) {
    return theirs.map((item, index) => withoutUnknown(ours[index], item));
  }
  if (!isFields(theirs) || !isFields(ours)) return theirs;
  return Object.fromEntries(
    Object.entries(theirs).map(([key, value]) => [key, withoutUnknown(ours[key], value)]),
  );
};

/** An answer with its JSON texts parsed, so that neither key order nor white space counts. */
export const comparable = (response: Fields): unknown => {
  if (response.exception !== undefined) return { exception: fields(response.exception).code };
  const { inspectionData, output, ...rest } = response;
  return {
    ...rest,
    ...(output === undefined ? {} : { output: parsed(output) }),
    ...(isFields(inspectionData)
      ? {
          inspectionData: Object.fromEntries(
            Object.entries(inspectionData).map(([step, value]) => [step, parsed(value)]),
          ),
        }
      : {}),
  };
};

export const messageOf = (response: Fields): string => {
  const { message } = fields(response.exception);
  return typeof message === 'string' ? message : '';
};

/** Why no offline answer can be AWS's: derived from the call and AWS's answer, never from a case's name. */
const notImitated = (recorded: Fields, unanswered: string | undefined): string | undefined => {
  if (unanswered !== undefined) return unanswered;
  const message = messageOf(recorded);
  return message.startsWith('Mock result schema validation error')
    ? `refused for the shape of another service's response (${message})`
    : undefined;
};

export const inspectCalls = (): readonly AnsweredCall[] =>
  listCorpus('test-state').map((file) => {
    const { response, ...call } = fields(readCorpus('test-state', file));
    const inspection = inspect(call);
    const recorded = fields(response);
    return { file, recorded, inspection, reason: notImitated(recorded, inspection.unanswered) };
  });
