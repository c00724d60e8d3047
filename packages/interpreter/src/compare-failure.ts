import type { Event } from '@steptrail/history';
import { compareJson, type Findings, sameJsonText, show } from './compare-json.ts';
import { admits, findUnknown, isUnknown, type Json, reasonOf } from './expressions/index.ts';
import { contradictionOf, OPENING } from './failure-sentences.ts';
import type { PredictedFailure } from './prediction.ts';
import { jsonOf, textValue } from './value.ts';

const REFUSED = /^The Parameters '(.*)' could not be used to start the Task: /s;

/** Compares the error and cause of an event with those that led to it. */
export const compareFailure = (predicted: PredictedFailure, event: Event, findings: Findings): void => {
  const error = 'error' in event ? event.error : undefined;
  const cause = 'cause' in event ? event.cause : undefined;
  if (error === undefined || error !== predicted.orError) {
    compareErrorText('error', predicted.error, error, findings);
  }
  if (predicted.wording === 'exact') return compareErrorText('cause', predicted.cause, cause, findings);
  if (isUnknown(predicted.cause)) return findings.doubt(reasonOf(predicted.cause));
  const expected = typeof predicted.cause === 'string' ? predicted.cause : '';
  if (expected === cause) return;
  const opening = OPENING.exec(expected)?.[0].trimEnd() ?? '';
  if (cause === undefined || !cause.startsWith(opening)) {
    return findings.diverge(
      'failure',
      expected,
      cause ?? 'no cause',
      'The cause names another state or another visit of it.',
    );
  }
  if (predicted.parameters !== undefined) {
    const text = REFUSED.exec(cause.slice(opening.length).trimStart())?.[1];
    if (text === undefined) {
      const hidden = findUnknown(jsonOf(predicted.parameters));
      if (hidden !== undefined) return findings.doubt(reasonOf(hidden));
      return findings.diverge(
        'event',
        'the work to be scheduled',
        cause,
        'The definition says that this state schedules its work.',
      );
    }
    const verdict = compareJson(jsonOf(predicted.parameters), jsonOf(textValue(text)));
    if (verdict.verdict === 'diverges') {
      findings.diverge(
        'payload',
        show(verdict.expected),
        show(verdict.recorded),
        'The refused parameters are not those of the definition.',
      );
    } else if (verdict.verdict === 'unverifiable') findings.doubt(verdict.reason);
    return;
  }
  const [ours, theirs] = [
    expected.slice(opening.length).trimStart(),
    cause.slice(opening.length).trimStart(),
  ];
  const contradiction = contradictionOf(ours, theirs, predicted.quotesUnknown);
  const particular =
    contradiction === 'unsettled' ? undefined : (contradiction ?? otherParticular(ours, theirs));
  if (particular === undefined) return findings.doubt("the wording of AWS's cause");
  findings.diverge(
    'failure',
    particular.expected,
    particular.recorded,
    'The cause is about something else than what fails by the definition.',
  );
};

/** What a sentence of AWS's is about: texts in quotes, JSON, paths, numbers. */
const PARTICULAR = /'[^']*'|"[^"]*"|\{[\s\S]*\}|\[[\s\S]*\]|\$[\w$.[\]]*|-?\d[\w.:+-]*/g;

/** Paths and names are written in one way only; how AWS writes values and numbers is not certain. */
const PLAIN = /^(\$[\w$.[\]]*|'[^'{[\d][^']*')$/;

/** Where two texts are the same sentence: the first path or name in it that differs. */
const otherParticular = (
  expected: string,
  recorded: string,
): { readonly expected: string; readonly recorded: string } | undefined => {
  if (expected.replace(PARTICULAR, '…') !== recorded.replace(PARTICULAR, '…')) return undefined;
  const theirs = recorded.match(PARTICULAR) ?? [];
  for (const [index, ours] of (expected.match(PARTICULAR) ?? []).entries()) {
    const other = theirs[index] ?? '';
    if (ours !== other && PLAIN.test(ours) && PLAIN.test(other)) return { expected: ours, recorded: other };
  }
  return undefined;
};

/** Characters. @see step-functions.md section 1.2 */
const LONGEST = { error: 256, cause: 32_768 } as const;

const compareErrorText = (
  field: 'error' | 'cause',
  expected: Json,
  recorded: string | undefined,
  findings: Findings,
): void => {
  if (expected === (recorded ?? null)) return;
  if (isUnknown(expected)) {
    // A time-out has no cause, or one that AWS words.
    if (recorded === undefined) return;
    if (admits(expected, recorded)) return findings.doubt(reasonOf(expected));
  }
  if (typeof expected === 'string' && recorded !== undefined && sameJsonText(expected, recorded)) return;
  if (typeof expected === 'string' && recorded !== undefined && expected.length > LONGEST[field]) {
    // A state may make a longer text than a history holds; how AWS cuts it is in no recording.
    if (recorded !== '' && expected.startsWith(recorded.slice(0, LONGEST[field] / 2))) {
      return findings.doubt(`how AWS writes ${field === 'error' ? 'an error' : 'a cause'} over its limit`);
    }
  }
  findings.diverge(
    'failure',
    `${field} ${show(expected)}`,
    `${field} ${show(recorded ?? null)}`,
    `The recorded ${field} is not the one that led here.`,
  );
};
