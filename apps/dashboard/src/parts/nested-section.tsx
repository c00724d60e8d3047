import { api, type Execution, type ExecutionLink, read, segment } from '../api.ts';
import { numberWords } from '../counts.ts';
import { nameOf, stateMachineNameOf, toExecution } from '../links.ts';
import { useLoad } from '../use-load.ts';
import { Status } from './badges.tsx';
import { Loaded } from './loaded.tsx';
import { Section } from './page.tsx';
import { Time } from './time.tsx';

/** Which executions this one started, and which started it, with the events that say so. */
export function NestedSection({ execution }: { readonly execution: Execution }) {
  const { executionArn } = execution;
  const load = useLoad(`links of ${executionArn}`, () =>
    read(
      api.executions[':executionArn'].links.$get({
        param: { executionArn: segment(executionArn) },
        query: { limit: '100' },
      }),
    ),
  );
  if (load.state === 'ready' && load.value.rows.length === 0) return null;
  return (
    <Section title="Nested executions" flush>
      <Loaded load={load} what="nested executions" lines={2}>
        {({ rows, next }) => (
          <>
            <div class="table-frame">
              <table>
                <caption class="visually-hidden">Executions that it started, and that started it</caption>
                <thead>
                  <tr>
                    <th scope="col">Execution</th>
                    <th scope="col">It is</th>
                    <th scope="col">Status</th>
                    <th scope="col">State machine</th>
                    <th scope="col">Started</th>
                    <th scope="col">Recorded in</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((link) => (
                    <LinkRow key={`${link.relation} ${link.executionArn}`} link={link} />
                  ))}
                </tbody>
              </table>
            </div>
            {next !== undefined && <p class="after">Only the first {numberWords(rows.length)} are shown.</p>}
          </>
        )}
      </Loaded>
    </Section>
  );
}

function LinkRow({ link }: { readonly link: ExecutionLink }) {
  const { executionArn, relation, status, startDate, eventId, otherEventId } = link;
  return (
    <tr>
      <th scope="row" class="main-cell">
        {status === null ? (
          <span class="breakable">{nameOf(executionArn)}</span>
        ) : (
          <a href={toExecution(executionArn)}>{nameOf(executionArn)}</a>
        )}
      </th>
      <td>{relation === 'child' ? 'started by this one' : 'what started this one'}</td>
      <td>{status === null ? <span class="muted">Not archived</span> : <Status status={status} />}</td>
      <td>{stateMachineNameOf(executionArn)}</td>
      <td>{startDate === null ? 'Unknown' : <Time at={startDate} />}</td>
      <td>
        {eventId !== null && <a href={`#event-${eventId}`}>event {numberWords(eventId)}</a>}
        {eventId !== null && otherEventId !== null && ', '}
        {otherEventId !== null && (
          <a href={toExecution(executionArn, otherEventId)}>its event {numberWords(otherEventId)}</a>
        )}
      </td>
    </tr>
  );
}
