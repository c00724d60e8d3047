import { type Activity, api, read } from '../api.ts';
import { numberWords } from '../counts.ts';
import { useFilters } from '../filters.ts';
import { nameOf, toFinding, toStateMachine } from '../links.ts';
import { Arn } from '../parts/arn.tsx';
import { Severity } from '../parts/badges.tsx';
import { Pager } from '../parts/filter-bar.tsx';
import { Empty, Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { Time } from '../parts/time.tsx';
import { useLoad } from '../use-load.ts';

/** The activities of the accounts, with the states that offer them work, and the findings about waits for them. */
export function ActivitiesPage() {
  const filters = useFilters();
  const load = useLoad(filters.text, () =>
    read(api.activities.$get({ query: { limit: '100', ...filters.given('cursor') } })),
  );
  return (
    <Page title="Activities">
      <Loaded load={load} what="activities">
        {({ rows }) => (
          <section class="card flush" aria-label="Activities">
            {rows.length > 0 ? <ActivityTable rows={rows} /> : <NoActivities />}
          </section>
        )}
      </Loaded>
      {load.state === 'ready' && <Pager filters={filters} next={load.value.next} />}
    </Page>
  );
}

function NoActivities() {
  return (
    <Empty title="No activities">
      An activity is a task that workers of your own poll for. The ingester lists them once a day; where there
      should be some, <code>steptrail doctor</code> says whether it may (<code>states:ListActivities</code>).
    </Empty>
  );
}

function ActivityTable({ rows }: { readonly rows: readonly Activity[] }) {
  return (
    <div class="table-frame">
      <table>
        <caption class="visually-hidden">
          Activities, the states that use them, and what is wrong with them
        </caption>
        <thead>
          <tr>
            <th scope="col">Activity</th>
            <th scope="col">Used by</th>
            <th scope="col">Open findings</th>
            <th scope="col">Made</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.activityArn}>
              <th scope="row" class="main-cell">
                {row.name}
                <span class="cell-note">
                  <Arn arn={row.activityArn} label={`ARN of ${row.name}`} />
                </span>
                {row.goneAt !== null && (
                  <span class="cell-note">
                    No longer in AWS since <Time at={row.goneAt} />
                  </span>
                )}
              </th>
              <td>
                <Uses uses={row.uses} />
              </td>
              <td>
                <OpenFindings row={row} />
              </td>
              <td>{row.creationDate === null ? 'Unknown' : <Time at={row.creationDate} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Uses({ uses }: { readonly uses: Activity['uses'] }) {
  if (uses.length === 0) return <span class="muted">No state</span>;
  return (
    <ul class="plain">
      {uses.map(({ stateMachineArn, state, pointer }) => (
        <li key={`${stateMachineArn} ${pointer}`}>
          <a href={toStateMachine(stateMachineArn, pointer)}>
            {state} of {nameOf(stateMachineArn)}
          </a>
        </li>
      ))}
    </ul>
  );
}

function OpenFindings({ row: { findings, gravest } }: { readonly row: Activity }) {
  if (findings === 0) return <span class="muted">None</span>;
  return (
    <ul class="plain">
      {gravest.map(({ findingId, severity, title, stateMachineArn, executionArn }) => (
        <li key={findingId}>
          <Severity severity={severity} />{' '}
          <a href={toFinding(findingId)}>
            {title}: {nameOf(executionArn ?? stateMachineArn)}
          </a>
        </li>
      ))}
      {findings > gravest.length && <li class="muted">and {numberWords(findings - gravest.length)} more</li>}
    </ul>
  );
}
