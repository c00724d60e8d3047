import { api, read, type StateMachineRow } from '../api.ts';
import { numberWords, sum } from '../counts.ts';
import { useFilters } from '../filters.ts';
import { toExecutions, toFindings, toStateMachine } from '../links.ts';
import { SEVERITIES, Severity } from '../parts/badges.tsx';
import { FilterBar, Pager, TextField } from '../parts/filter-bar.tsx';
import { Empty, Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { useLoad } from '../use-load.ts';

export function StateMachinesPage() {
  const filters = useFilters();
  const load = useLoad(filters.text, () =>
    read(api['state-machines'].$get({ query: { limit: '100', ...filters.given('search', 'cursor') } })),
  );
  return (
    <Page title="State machines">
      <FilterBar filters={filters} names={['search']}>
        <TextField filters={filters} name="search" label="Name contains" />
      </FilterBar>
      <Loaded load={load} what="state machines">
        {({ rows }) => (
          <section class="card flush" aria-label="State machines">
            {rows.length > 0 ? (
              <StateMachineTable rows={rows} />
            ) : (
              <NoStateMachines filtered={filters.any('search')} />
            )}
          </section>
        )}
      </Loaded>
      {load.state === 'ready' && <Pager filters={filters} next={load.value.next} />}
    </Page>
  );
}

function NoStateMachines({ filtered }: { readonly filtered: boolean }) {
  if (filtered) return <Empty title="No state machine has that in its name" />;
  return (
    <Empty title="No state machines yet">
      They appear as soon as the ingester has listed an account: run <code>steptrail ingest</code>, and{' '}
      <code>steptrail doctor</code> where that finds nothing.
    </Empty>
  );
}

function StateMachineTable({ rows }: { readonly rows: readonly StateMachineRow[] }) {
  return (
    <div class="table-frame">
      <table>
        <caption class="visually-hidden">State machines by name</caption>
        <thead>
          <tr>
            <th scope="col">State machine</th>
            <th scope="col">Type</th>
            <th scope="col">Open findings</th>
            <th scope="col" class="right">
              Executions
            </th>
            <th scope="col" class="right">
              Running
            </th>
            <th scope="col" class="right">
              Failed
            </th>
            <th scope="col" class="right">
              Timed out
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.stateMachineArn}>
              <th scope="row" class="main-cell">
                <a href={toStateMachine(row.stateMachineArn)}>{row.name}</a>
                <span class="cell-note">
                  {row.accountId} · {row.region}
                  {row.goneAt !== null && ' · no longer in AWS'}
                </span>
              </th>
              <td>{row.type === 'EXPRESS' ? 'Express' : 'Standard'}</td>
              <td>
                <FindingCounts row={row} />
              </td>
              <Count row={row} />
              <Count row={row} status="RUNNING" />
              <Count row={row} status="FAILED" />
              <Count row={row} status="TIMED_OUT" />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function FindingCounts({ row }: { readonly row: StateMachineRow }) {
  const present = SEVERITIES.filter((severity) => (row.openFindings[severity] ?? 0) > 0);
  if (present.length === 0) return <span class="muted">None</span>;
  return (
    <ul class="chips">
      {present.map((severity) => (
        <li key={severity}>
          <a class="chip" href={toFindings({ stateMachineArn: row.stateMachineArn, severity })}>
            <Severity severity={severity} /> {numberWords(row.openFindings[severity] ?? 0)}
          </a>
        </li>
      ))}
    </ul>
  );
}

function Count({ row, status }: { readonly row: StateMachineRow; readonly status?: string }) {
  const count = status === undefined ? sum(row.executions) : (row.executions[status] ?? 0);
  return (
    <td class="right number">
      {count === 0 ? (
        <span class="muted">0</span>
      ) : (
        <a class="quiet-link" href={toExecutions({ stateMachineArn: row.stateMachineArn, status })}>
          {numberWords(count)}
        </a>
      )}
    </td>
  );
}
