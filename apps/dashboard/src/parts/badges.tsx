import { Icon, type IconName } from './icon.tsx';

const STATUS: Readonly<
  Record<string, { readonly icon: IconName; readonly tone: string; readonly words: string }>
> = {
  RUNNING: { icon: 'play', tone: 'running', words: 'Running' },
  SUCCEEDED: { icon: 'check', tone: 'good', words: 'Succeeded' },
  FAILED: { icon: 'cross', tone: 'bad', words: 'Failed' },
  TIMED_OUT: { icon: 'hourglass', tone: 'warn', words: 'Timed out' },
  ABORTED: { icon: 'stop', tone: 'quiet', words: 'Aborted' },
  PENDING_REDRIVE: { icon: 'redo', tone: 'running', words: 'Pending redrive' },
};

export function statusWords(status: string): string {
  return STATUS[status]?.words ?? status;
}

/** The status of an execution: picture, colour and word together. */
export function Status({ status }: { readonly status: string }) {
  const { icon, tone, words } = STATUS[status] ?? { icon: 'info', tone: 'quiet', words: status };
  return (
    <span class={`badge tone-${tone}`}>
      <Icon name={icon} />
      {words}
    </span>
  );
}

const SEVERITY: Readonly<Record<string, IconName>> = {
  critical: 'alert',
  high: 'chevronsUp',
  medium: 'chevronUp',
  low: 'chevronDown',
  information: 'info',
};

export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'information'] as const;

export function Severity({ severity }: { readonly severity: string }) {
  return (
    <span class={`badge severity-${severity}`}>
      <Icon name={SEVERITY[severity] ?? 'info'} />
      {severity.charAt(0).toUpperCase() + severity.slice(1)}
    </span>
  );
}

const OUTCOME: Readonly<Record<string, { readonly icon: IconName; readonly tone: string }>> = {
  succeeded: { icon: 'check', tone: 'good' },
  failed: { icon: 'cross', tone: 'bad' },
  caught: { icon: 'redo', tone: 'warn' },
  aborted: { icon: 'stop', tone: 'quiet' },
  open: { icon: 'play', tone: 'running' },
};

export function outcomeTone(outcome: string): string {
  return OUTCOME[outcome]?.tone ?? 'quiet';
}

/** How a visit ended. */
export function Outcome({ outcome }: { readonly outcome: string }) {
  const { icon, tone } = OUTCOME[outcome] ?? { icon: 'info', tone: 'quiet' };
  return (
    <span class={`badge tone-${tone}`}>
      <Icon name={icon} />
      {outcome.charAt(0).toUpperCase() + outcome.slice(1)}
    </span>
  );
}
