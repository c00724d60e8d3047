import { useState } from 'preact/hooks';
import { api, type Execution, type MapRun, read, segment } from '../api.ts';
import { countWords, numberWords } from '../counts.ts';
import { nameOf, toExecution } from '../links.ts';
import { useLoad } from '../use-load.ts';
import { Status } from './badges.tsx';
import { ExecutionTable } from './execution-table.tsx';
import { Empty, Loaded } from './loaded.tsx';
import { Section } from './page.tsx';
import { Duration, Time } from './time.tsx';

/** The Map Runs that an execution started, with what became of their items, and their child executions. */
export function MapRunsSection({ execution }: { readonly execution: Execution }) {
  const { executionArn } = execution;
  const load = useLoad(`map runs of ${executionArn}`, () =>
    read(
      api.executions[':executionArn']['map-runs'].$get({
        param: { executionArn: segment(executionArn) },
        query: { limit: '100' },
      }),
    ),
  );
  const [shown, setShown] = useState<string>();
  if (load.state === 'ready' && load.value.rows.length === 0) return null;
  return (
    <Section title="Map runs" flush>
      <Loaded load={load} what="map runs" lines={2}>
        {({ rows }) => (
          <>
            <div class="table-frame">
              <table>
                <caption class="visually-hidden">Map runs in the order of their starts</caption>
                <thead>
                  <tr>
                    <th scope="col">State</th>
                    <th scope="col">Status</th>
                    <th scope="col">Started</th>
                    <th scope="col" class="right">
                      Duration
                    </th>
                    <th scope="col">Items</th>
                    <th scope="col">Child executions</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((run) => (
                    <MapRunRow
                      key={run.mapRunArn}
                      run={run}
                      open={shown === run.mapRunArn}
                      toggle={() => setShown(shown === run.mapRunArn ? undefined : run.mapRunArn)}
                    />
                  ))}
                </tbody>
              </table>
            </div>
            {shown !== undefined && <Children key={shown} mapRunArn={shown} />}
          </>
        )}
      </Loaded>
    </Section>
  );
}

function MapRunRow(props: { readonly run: MapRun; readonly open: boolean; readonly toggle: () => void }) {
  const { run, open, toggle } = props;
  return (
    <tr>
      <th scope="row" class="main-cell">
        {run.state ?? 'Unknown state'}
        <span class="cell-note">
          {run.startedEventId !== null && (
            <a href={`#event-${run.startedEventId}`}>event {numberWords(run.startedEventId)}</a>
          )}
          {run.redriveCount > 0 && ` · ${countWords(run.redriveCount, 'redrive')}`}
          {run.goneAt !== null && ' · AWS no longer has it'}
        </span>
      </th>
      <td>{run.status === null ? 'Unknown' : <Status status={run.status} />}</td>
      <td>{run.startDate === null ? 'Unknown' : <Time at={run.startDate} />}</td>
      <td class="right">{run.startDate !== null && <Duration from={run.startDate} to={run.stopDate} />}</td>
      <td>{run.itemCounts === null ? 'AWS did not say' : <Counts counts={run.itemCounts} />}</td>
      <td>
        {run.childrenArchived === 0 ? (
          <span class="muted">
            {run.executionCounts === null ? 'None archived' : 'Express: only their counts are kept'}
          </span>
        ) : (
          <button type="button" class="button" aria-expanded={open} onClick={toggle}>
            {open ? 'Hide' : 'Show'} {countWords(run.childrenArchived, 'child', 'children')}
          </button>
        )}
      </td>
    </tr>
  );
}

const TOLD = [
  ['succeeded', 'succeeded'],
  ['failed', 'failed'],
  ['timedOut', 'timed out'],
  ['aborted', 'aborted'],
  ['running', 'running'],
  ['pending', 'pending'],
  ['pendingRedrive', 'waiting for a redrive'],
] as const;

function Counts({ counts }: { readonly counts: Readonly<Record<string, number>> }) {
  const parts = TOLD.flatMap(([name, words]) =>
    (counts[name] ?? 0) > 0 ? [`${numberWords(counts[name] ?? 0)} ${words}`] : [],
  );
  return (
    <>
      {parts.join(', ')}
      <span class="muted"> of {numberWords(counts.total ?? 0)}</span>
    </>
  );
}

function Children({ mapRunArn }: { readonly mapRunArn: string }) {
  const load = useLoad(`children of ${mapRunArn}`, () =>
    read(
      api['map-runs'][':mapRunArn'].executions.$get({
        param: { mapRunArn: segment(mapRunArn) },
        query: { limit: '100' },
      }),
    ),
  );
  return (
    <Loaded load={load} what="child executions" lines={4}>
      {({ rows, next }) => (
        <>
          <ExecutionTable
            executions={rows}
            caption="Child executions, newest first"
            withStateMachine={false}
          />
          {next !== undefined && (
            <p class="after">
              Only the latest {numberWords(rows.length)} are shown: the API has all of them at{' '}
              <code class="breakable">/api/v1/map-runs/{mapRunArn}/executions</code>.
            </p>
          )}
          {rows.length === 0 && <Empty title="No child executions archived" />}
        </>
      )}
    </Loaded>
  );
}

/** Leads from a child execution to the one that started its Map Run. */
export function MapRunParent({ mapRunArn }: { readonly mapRunArn: string }) {
  const load = useLoad(`map run ${mapRunArn}`, () =>
    read(api['map-runs'][':mapRunArn'].$get({ param: { mapRunArn: segment(mapRunArn) } })),
  );
  if (load.state !== 'ready') return null;
  const { executionArn, state, startedEventId } = load.value;
  return (
    <p>
      <a href={toExecution(executionArn, startedEventId ?? undefined)}>{nameOf(executionArn)}</a>
      {state !== null && ` · ${state}`}
    </p>
  );
}
