import { createHash } from 'node:crypto';
import type { Evidence, Finding, RenderedFinding, Severity } from '@steptrail/rules';

/** Whether a finding appeared, or is no longer there. */
export type FindingChange = 'opened' | 'resolved';

/** What a finding is about, and when it changed. */
export interface NotificationSubject {
  readonly stateMachineArn: string;
  /** Where the finding is about one execution. */
  readonly executionArn?: string | undefined;
  /** `fingerprint` of the finding. */
  readonly fingerprint: string;
  /** `renderFinding` of the finding. */
  readonly words: Pick<RenderedFinding, 'title' | 'text'>;
  /** Epoch milliseconds. */
  readonly occurredAt: number;
}

export interface NotificationLinks {
  /** Absolute URL of the finding on the dashboard. */
  readonly finding: string;
}

/**
 * The body of a webhook and the content of an SNS message. It never holds payloads: no inputs, outputs, parameters,
 * causes or task tokens, only what the finding's text says, ARNs, event ids and places in the definition.
 */
export interface Notification {
  /** The same at every attempt to deliver it, so that a receiver can drop what it has already. */
  readonly id: string;
  readonly change: FindingChange;
  /** The finding that changed: equal in `opened` and `resolved`. */
  readonly fingerprint: string;
  readonly ruleId: string;
  readonly severity: Severity;
  readonly title: string;
  readonly text: string;
  readonly stateMachineArn: string;
  readonly executionArn?: string;
  readonly evidence: Evidence;
  readonly url: string;
  /** ISO 8601, UTC. */
  readonly occurredAt: string;
}

/** Keeps the message small enough for SNS (256 KiB); the dashboard has the rest. */
const MOST = { pointers: 50, executions: 20, eventIds: 50 } as const;

/** What to announce when a finding opens or is resolved. */
export function notificationFor(
  finding: Finding,
  change: FindingChange,
  subject: NotificationSubject,
  links: NotificationLinks,
): Notification {
  const { fingerprint, occurredAt, words, executionArn } = subject;
  return {
    id: createHash('sha256')
      .update(JSON.stringify([fingerprint, change, occurredAt]))
      .digest('hex')
      .slice(0, 32),
    change,
    fingerprint,
    ruleId: finding.ruleId,
    severity: finding.severity,
    title: words.title,
    text: words.text,
    stateMachineArn: subject.stateMachineArn,
    ...(executionArn === undefined ? {} : { executionArn }),
    evidence: shorten(finding.evidence),
    url: links.finding,
    occurredAt: new Date(occurredAt).toISOString(),
  };
}

function shorten({ pointers, executions }: Evidence): Evidence {
  return {
    pointers: pointers.slice(0, MOST.pointers),
    executions: executions
      .slice(0, MOST.executions)
      .map(({ executionArn, eventIds }) => ({ executionArn, eventIds: eventIds.slice(0, MOST.eventIds) })),
  };
}
