import type { Severity } from './rule.ts';

/** From the gravest to the mildest. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'information'] as const satisfies Severity[];

/** Whether `severity` is at least as grave as `bar`. */
export function isAtLeast(severity: Severity, bar: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(bar);
}

export function isSeverity(text: string): text is Severity {
  return SEVERITIES.some((severity) => severity === text);
}
