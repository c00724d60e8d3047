import type { ExecutionRow } from '../api.ts';
import { countWords, numberWords } from '../counts.ts';
import { nameOf, toExecution, toStateMachine } from '../links.ts';
import { Status } from './badges.tsx';
import { Icon } from './icon.tsx';
import { Age, Duration } from './time.tsx';

interface Props {
  readonly executions: readonly ExecutionRow[];
  readonly caption: string;
  /** Whether the state machine is said in each row. */
  readonly withStateMachine?: boolean;
}

/** Executions as rows, each leading to its page. */
export function ExecutionTable({ executions, caption, withStateMachine = true }: Props) {
  return (
    <div class="table-frame">
      <table>
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Execution</th>
            <th scope="col">Status</th>
            {withStateMachine && <th scope="col">State machine</th>}
            <th scope="col">Started</th>
            <th scope="col" class="right">
              Duration
            </th>
            <th scope="col" class="right">
              Events
            </th>
            <th scope="col">Replay</th>
          </tr>
        </thead>
        <tbody>
          {executions.map((execution) => (
            <tr key={execution.executionArn}>
              <th scope="row" class="main-cell">
                <a href={toExecution(execution.executionArn)}>{execution.name}</a>
                {execution.error !== null && <span class="cell-note breakable">{execution.error}</span>}
                <Matches execution={execution} />
              </th>
              <td>
                <Status status={execution.status} />
              </td>
              {withStateMachine && (
                <td>
                  <a class="quiet-link" href={toStateMachine(execution.stateMachineArn)}>
                    {nameOf(execution.stateMachineArn)}
                  </a>
                </td>
              )}
              <td>
                <Age at={execution.startDate} />
              </td>
              <td class="right">
                <Duration from={execution.startDate} to={execution.stopDate} />
              </td>
              <td class="right number">{numberWords(execution.events)}</td>
              <td>
                <ReplayVerdict execution={execution} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Where the values stand that were searched for, each leading to the event that holds it. */
function Matches({ execution }: { readonly execution: ExecutionRow }) {
  return (execution.matches ?? []).map(({ side, path, value, eventId }) => (
    <span key={`${side} ${path} ${value}`} class="cell-note breakable">
      <a href={toExecution(execution.executionArn, eventId)}>
        {side} {path}
      </a>
      : {value}
    </span>
  ));
}

function ReplayVerdict({ execution }: { readonly execution: ExecutionRow }) {
  const { divergences, unverifiable } = execution;
  if (divergences === null) return <span class="muted">Not yet</span>;
  if (divergences > 0) {
    return (
      <span class="badge tone-bad">
        <Icon name="split" />
        {countWords(divergences, 'divergence')}
      </span>
    );
  }
  if (unverifiable !== null && unverifiable > 0) {
    return <span class="muted nowrap">{numberWords(unverifiable)} unverifiable</span>;
  }
  return <span class="muted">Agrees</span>;
}
