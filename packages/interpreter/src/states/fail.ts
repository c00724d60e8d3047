import type { FailState } from '@steptrail/asl';
import { scopeOf } from '../context.ts';
import {
  compileDynamicText,
  compileJsonataTemplate,
  type Evaluation,
  isUnknown,
  type Json,
  unknown,
} from '../expressions/index.ts';
import { failEvaluation } from '../fail-evaluation.ts';
import type { Frame, Run } from '../frame.ts';
import type { StateLogic } from '../program.ts';
import { failFrame } from '../progress.ts';
import { jsonOf } from '../value.ts';

const notText = unknown('how AWS writes an error that is no text');

type Text = (run: Run, frame: Frame) => Evaluation;

const compileText = (fixed: unknown, path: unknown, field: 'Error' | 'Cause', jsonata: boolean): Text => {
  if (typeof path === 'string' && !jsonata) {
    const expression = compileDynamicText(path, `${field}Path`);
    return (run, frame) => {
      const text = expression(scopeOf(run, frame, jsonOf(frame.input)));
      // How AWS writes an error or a cause that is no text is in no recording.
      return text.ok && typeof text.value !== 'string' ? { ok: true, value: notText } : text;
    };
  }
  if (typeof fixed !== 'string') return () => ({ ok: true, value: null });
  if (!jsonata) return () => ({ ok: true, value: fixed });
  const expression = compileJsonataTemplate(fixed, field, ['string']);
  return (run, frame) => expression(scopeOf(run, frame, jsonOf(frame.input)));
};

/** Fail: there is no FailStateExited; the failure is that of its machine, branch or iteration. */
export const compileFail = (state: FailState, jsonata: boolean): StateLogic => {
  const error = compileText(state.Error, state.ErrorPath, 'Error', jsonata);
  const cause = compileText(state.Cause, state.CausePath, 'Cause', jsonata);
  return {
    begin: (run, frame) => {
      const named = error(run, frame);
      const because: Evaluation<Json> = named.ok ? cause(run, frame) : named;
      if (!named.ok || !because.ok) {
        const failed = named.ok ? because : named;
        if (!failed.ok) failEvaluation(run, frame, failed, (failure) => failFrame(run, frame, failure));
        return;
      }
      // Where nobody knows what ErrorPath gives, nobody knows whether it gives anything: the failure may be AWS's own.
      const text = isUnknown(named.value) ? named.value : because.value;
      failFrame(run, frame, { error: named.value, cause: text, wording: 'exact' });
    },
  };
};
