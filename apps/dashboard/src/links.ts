/** Where each thing is shown. ARNs hold colons and slashes, so they are encoded. */
type Filter = Readonly<Record<string, string | readonly string[] | undefined>>;

function withQuery(path: string, filter: Filter = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    for (const each of value === undefined ? [] : [value].flat()) if (each !== '') query.append(name, each);
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

export const toFindings = (filter?: Filter): string => withQuery('/findings', filter);
export const toFinding = (findingId: string): string => `/findings/${encodeURIComponent(findingId)}`;
export const toStateMachines = (filter?: Filter): string => withQuery('/state-machines', filter);
export const toCoverage = (filter?: Filter): string => withQuery('/coverage', filter);
export const toExecutions = (filter?: Filter): string => withQuery('/executions', filter);

/** A state machine; with a pointer, the place in its definition. */
export function toStateMachine(stateMachineArn: string, pointer?: string): string {
  return withQuery(`/state-machines/${encodeURIComponent(stateMachineArn)}`, { pointer });
}

/** An execution; with an event id, that event. */
export function toExecution(executionArn: string, eventId?: number): string {
  return `/executions/${encodeURIComponent(executionArn)}${eventId === undefined ? '' : `#event-${eventId}`}`;
}

/** The last part of an ARN: the name of a state machine or an execution. */
export function nameOf(arn: string): string {
  const parts = arn.split(':');
  return (parts[5] === 'express' ? parts[7] : parts.at(-1)) ?? arn;
}

/** The name of the state machine that an execution's ARN holds. */
export function stateMachineNameOf(executionArn: string): string {
  return executionArn.split(':')[6] ?? executionArn;
}
