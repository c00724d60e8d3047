/** An ARN of AWS Step Functions, taken apart. `mapRunLabel` stands for children of a Distributed Map. */
export type StatesArn = {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
} & (
  | {
      readonly kind: 'stateMachine';
      readonly stateMachineName: string;
      readonly qualifier?: string;
      readonly mapRunLabel?: string;
    }
  | {
      readonly kind: 'execution';
      readonly stateMachineName: string;
      readonly executionName: string;
      readonly mapRunLabel?: string;
    }
  | {
      readonly kind: 'express';
      readonly stateMachineName: string;
      readonly executionName: string;
      readonly uuid: string;
      readonly mapRunLabel?: string;
    }
  | { readonly kind: 'mapRun'; readonly rest: string }
  | { readonly kind: 'activity'; readonly activityName: string }
);

/**
 * Takes an ARN of Step Functions apart, or undefined where it is none.
 * @see step-functions.md section 10 (ARN grammars)
 */
export function parseStatesArn(arn: string): StatesArn | undefined {
  const [head, partition, service, region, accountId, kind, ...rest] = arn.split(':');
  if (head !== 'arn' || service !== 'states') return undefined;
  if (partition === undefined || region === undefined || accountId === undefined) return undefined;
  const at = { partition, region, accountId };
  const first = rest[0];
  if (first === undefined || first === '') return undefined;
  const slash = first.indexOf('/');
  const stateMachineName = slash < 0 ? first : first.slice(0, slash);
  const label = slash < 0 ? {} : { mapRunLabel: first.slice(slash + 1) };
  switch (kind) {
    case 'stateMachine': {
      const qualifier = rest[1];
      return { ...at, kind, stateMachineName, ...label, ...(qualifier === undefined ? {} : { qualifier }) };
    }
    case 'execution':
      return rest[1] === undefined
        ? undefined
        : { ...at, kind, stateMachineName, executionName: rest[1], ...label };
    case 'express':
      return rest[1] === undefined || rest[2] === undefined
        ? undefined
        : { ...at, kind, stateMachineName, executionName: rest[1], uuid: rest[2], ...label };
    case 'mapRun':
      return { ...at, kind, rest: rest.join(':') };
    case 'activity':
      return { ...at, kind, activityName: first };
    default:
      return undefined;
  }
}

/** The ARN of the state machine that an execution ARN belongs to (unqualified: execution ARNs carry no version). */
export function stateMachineArnOf(executionArn: string): string | undefined {
  const arn = parseStatesArn(executionArn);
  if (arn === undefined || (arn.kind !== 'execution' && arn.kind !== 'express')) return undefined;
  return `arn:${arn.partition}:states:${arn.region}:${arn.accountId}:stateMachine:${arn.stateMachineName}`;
}
