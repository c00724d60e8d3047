import { api, read } from '../api.ts';
import { useFilters } from '../filters.ts';
import { nameOf } from '../links.ts';
import { statusWords } from '../parts/badges.tsx';
import { ExecutionTable } from '../parts/execution-table.tsx';
import { Checks, FilterBar, Pager, Select, TextField } from '../parts/filter-bar.tsx';
import { Empty, Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { useLoad } from '../use-load.ts';

const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'] as const;
const FILTERS = ['name', 'status', 'stateMachineArn', 'error', 'from', 'to', 'diverging'] as const;

export function ExecutionsPage() {
  const filters = useFilters();
  const load = useLoad(filters.text, () =>
    read(
      api.executions.$get({
        query: {
          status: filters.all('status').filter(isStatus),
          limit: '50',
          ...filters.given('name', 'stateMachineArn', 'error', 'from', 'to', 'diverging', 'cursor'),
        },
      }),
    ),
  );
  const machines = useLoad('machines', () => read(api['state-machines'].$get({ query: { limit: '200' } })));
  return (
    <Page title="Executions">
      <FilterBar filters={filters} names={FILTERS}>
        <Checks
          filters={filters}
          name="status"
          label="Status"
          choices={STATUSES.map((value) => ({ value, words: statusWords(value) }))}
        />
        <TextField filters={filters} name="name" label="Name begins with" />
        <Select
          filters={filters}
          name="stateMachineArn"
          label="State machine"
          choices={[
            { value: '', words: 'Any state machine' },
            ...(machines.state === 'ready' ? machines.value.rows : []).map(({ stateMachineArn }) => ({
              value: stateMachineArn,
              words: nameOf(stateMachineArn),
            })),
          ]}
        />
        <TextField filters={filters} name="error" label="Error, exactly" placeholder="States.Timeout" />
        <TextField filters={filters} name="from" label="Started from (UTC)" type="date" />
        <TextField filters={filters} name="to" label="Started before (UTC)" type="date" />
        <Select
          filters={filters}
          name="diverging"
          label="Replay"
          choices={[
            { value: '', words: 'Any verdict' },
            { value: 'true', words: 'Diverges' },
          ]}
        />
      </FilterBar>
      <Loaded load={load} what="executions" lines={10}>
        {({ rows }) => (
          <section class="card flush" aria-label="Executions">
            {rows.length > 0 ? (
              <ExecutionTable executions={rows} caption="Executions, newest first" />
            ) : filters.any(...FILTERS) ? (
              <Empty title="No execution fits these filters">Take a filter away, or widen the time.</Empty>
            ) : (
              <Empty title="No executions archived yet">
                They appear when the ingester has fetched their histories: run <code>steptrail ingest</code>.
              </Empty>
            )}
          </section>
        )}
      </Loaded>
      {load.state === 'ready' && <Pager filters={filters} next={load.value.next} />}
    </Page>
  );
}

function isStatus(text: string): text is (typeof STATUSES)[number] {
  return STATUSES.some((status) => status === text);
}
