import type { Notification } from './notification.ts';

/** The arguments of SNS Publish, apart from the topic. */
export interface SnsMessage {
  /** ASCII, at most 100 characters, no line breaks. */
  readonly Subject: string;
  /** Text for people; its last line is the notification as JSON, for programs. */
  readonly Message: string;
}

const LONGEST_SUBJECT = 100;

export function formatSnsMessage(notification: Notification): SnsMessage {
  const { change, severity, title, text, stateMachineArn, executionArn, url, occurredAt } = notification;
  const name = stateMachineArn.split(':').at(-1) ?? stateMachineArn;
  const lines = [
    `${title} (${severity}, ${change} at ${occurredAt})`,
    text,
    '',
    `State machine: ${stateMachineArn}`,
    ...(executionArn === undefined ? [] : [`Execution: ${executionArn}`]),
    `Look at it: ${url}`,
    '',
    JSON.stringify(notification),
  ];
  return { Subject: subjectLine(`[${severity}] ${change}: ${title} - ${name}`), Message: lines.join('\n') };
}

function subjectLine(text: string): string {
  const ascii = text.replace(/[^\x20-\x7e]/gu, '?');
  return ascii.length <= LONGEST_SUBJECT ? ascii : `${ascii.slice(0, LONGEST_SUBJECT - 3)}...`;
}
