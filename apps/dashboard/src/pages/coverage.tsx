import { api, type CoverageRow, type CoverageTotals, read } from '../api.ts';
import { countWords, numberWords } from '../counts.ts';
import { useFilters } from '../filters.ts';
import { nameOf, toExecutions, toStateMachine } from '../links.ts';
import { FilterBar, Pager, TextField } from '../parts/filter-bar.tsx';
import { Icon } from '../parts/icon.tsx';
import { Empty, Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { StateMachineSelect } from '../parts/state-machine-select.tsx';
import { Age } from '../parts/time.tsx';
import { useLoad } from '../use-load.ts';

const DAY = 86_400_000;
const NAMES = ['stateMachineArn', 'from', 'to'] as const;

/** Whether everything that AWS had is archived: by day and state machine. */
export function CoveragePage() {
  const filters = useFilters();
  const load = useLoad(filters.text, () =>
    read(api.coverage.$get({ query: { limit: '100', ...filters.given(...NAMES, 'cursor') } })),
  );
  return (
    <Page title="Coverage">
      <FilterBar filters={filters} names={NAMES}>
        <StateMachineSelect filters={filters} />
        <TextField filters={filters} name="from" label="Days from (UTC)" type="date" />
        <TextField filters={filters} name="to" label="Days before (UTC)" type="date" />
      </FilterBar>
      <Loaded load={load} what="coverage">
        {({ rows, totals }) => (
          <>
            {totals.seen > 0 && <Verdict totals={totals} />}
            <section class="card flush" aria-label="Coverage">
              {rows.length > 0 ? (
                <CoverageTable rows={rows} />
              ) : (
                <NoCoverage filtered={filters.any(...NAMES)} />
              )}
            </section>
          </>
        )}
      </Loaded>
      {load.state === 'ready' && <Pager filters={filters} next={load.value.next} />}
    </Page>
  );
}

/** All days that were asked for in a sentence, whatever page they are on. */
function Verdict({ totals }: { readonly totals: CoverageTotals }) {
  const { seen, archived, running, waiting, lost, missing, expiring, unchecked } = totals;
  const isGap = lost + missing > 0;
  const tone = isGap ? 'bad' : expiring > 0 ? 'warn' : 'good';
  const rest = [
    `${numberWords(archived)} are archived`,
    ...(running > 0 ? [`${numberWords(running)} run`] : []),
    ...(waiting > 0 ? [`${numberWords(waiting)} are still to be fetched`] : []),
  ];
  return (
    <div class={`notice tone-${tone}`}>
      <Icon name={tone === 'good' ? 'check' : 'alert'} />
      <p>
        <strong>
          {isGap
            ? `${countWords(lost, 'execution is', 'executions are')} lost, ${numberWords(missing)} missing.`
            : unchecked > 0
              ? `No gap in what was checked against AWS; ${countWords(unchecked, 'day was', 'days were')} not yet.`
              : 'No gap: nothing is lost or missing.'}
        </strong>{' '}
        Of {countWords(seen, 'execution')} seen in these days, {rest.join(', ')}
        {expiring > 0 && `; ${numberWords(expiring)} of those expire within 7 days`}.
      </p>
    </div>
  );
}

function NoCoverage({ filtered }: { readonly filtered: boolean }) {
  if (filtered) return <Empty title="No execution was seen in this time" />;
  return (
    <Empty title="No execution was seen in the last 30 days">
      Choose earlier days above, or run <code>steptrail ingest --once</code> to fill the archive.
    </Empty>
  );
}

const COUNTS = [
  ['seen', 'Seen'],
  ['archived', 'Archived'],
  ['running', 'Running'],
  ['waiting', 'Waiting'],
  ['expiring', 'Expiring in 7 days'],
  ['lost', 'Lost'],
] as const;

function CoverageTable({ rows }: { readonly rows: readonly CoverageRow[] }) {
  return (
    <div class="table-frame">
      <table>
        <caption class="visually-hidden">
          Executions by day of start (UTC) and state machine: seen at AWS, and what became of them
        </caption>
        <thead>
          <tr>
            <th scope="col">Day (UTC)</th>
            <th scope="col">State machine</th>
            {COUNTS.map(([name, words]) => (
              <th key={name} scope="col" class="right">
                {words}
              </th>
            ))}
            <th scope="col">Checked against AWS</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.day} ${row.stateMachineArn}`}>
              <th scope="row" class="nowrap number">
                {row.day}
              </th>
              <td>
                <a href={toStateMachine(row.stateMachineArn)}>{nameOf(row.stateMachineArn)}</a>
              </td>
              {COUNTS.map(([name]) => (
                <Count key={name} row={row} name={name} />
              ))}
              <td>
                <Reconciled row={row} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A count that leads to the executions of that day. */
function Count({ row, name }: { readonly row: CoverageRow; readonly name: (typeof COUNTS)[number][0] }) {
  const count = row[name];
  const isGap = name === 'lost' || name === 'expiring';
  const { stateMachineArn, day } = row;
  const next = new Date(Date.parse(day) + DAY).toISOString().slice(0, 10);
  const status = name === 'running' ? 'RUNNING' : undefined;
  return (
    <td class="right number">
      {count === 0 ? (
        <span class="muted">0</span>
      ) : (
        <a
          class={isGap ? 'tone-bad' : 'quiet-link'}
          href={toExecutions({ stateMachineArn, from: day, to: next, status })}
        >
          {numberWords(count)}
        </a>
      )}
    </td>
  );
}

function Reconciled({ row }: { readonly row: CoverageRow }) {
  if (row.reconciledAt === null) {
    return (
      <span class="muted">{row.type === 'EXPRESS' ? 'No list: only its log tells' : 'Not checked yet'}</span>
    );
  }
  if (row.missing > 0) return <strong class="tone-bad">{numberWords(row.missing)} missing</strong>;
  if (row.mapRunsUnchecked > 0) {
    const { mapRunsUnchecked: runs } = row;
    return (
      <span class="muted">
        {runs === 1 ? 'A map run is' : `${numberWords(runs)} map runs are`} not checked yet
      </span>
    );
  }
  return (
    <>
      {row.seen === row.archived + row.running ? 'No gap' : 'Nothing missing'} <span class="muted">·</span>{' '}
      <Age at={row.reconciledAt} />
    </>
  );
}
