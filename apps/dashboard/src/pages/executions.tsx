import { api, read } from '../api.ts';
import { useFilters } from '../filters.ts';
import { statusWords } from '../parts/badges.tsx';
import { ExecutionTable } from '../parts/execution-table.tsx';
import { Checks, FilterBar, MoreFilters, Pager, Select, TextField } from '../parts/filter-bar.tsx';
import { Empty, Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { StateMachineSelect } from '../parts/state-machine-select.tsx';
import { useLoad } from '../use-load.ts';

const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'] as const;
const COMMON = ['name', 'stateMachineArn', 'value', 'from', 'to'] as const;
/** They say where a value stands, and mean nothing without one. */
const PLACE = ['path', 'valueIn'] as const;
const MORE = [
  'valuePrefix',
  ...PLACE,
  'error',
  'failedState',
  'minDuration',
  'maxDuration',
  'minEvents',
  'maxEvents',
  'tag',
  'diverging',
] as const;
const FILTERS = ['status', ...COMMON, ...MORE] as const;

export function ExecutionsPage() {
  const filters = useFilters();
  const load = useLoad(filters.text, () => {
    const { path, valueIn, ...given } = filters.given(...COMMON, ...MORE, 'cursor');
    const place = filters.get('value') + filters.get('valuePrefix') === '' ? {} : filters.given(...PLACE);
    return read(
      api.executions.$get({
        query: { status: filters.all('status').filter(isStatus), limit: '50', ...given, ...place },
      }),
    );
  });
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
        <StateMachineSelect filters={filters} />
        <TextField filters={filters} name="value" label="Value in input or output" />
        <TextField filters={filters} name="from" label="Started from (UTC)" type="date" />
        <TextField filters={filters} name="to" label="Started before (UTC)" type="date" />
        <MoreFilters filters={filters} names={MORE}>
          <TextField filters={filters} name="valuePrefix" label="Value begins with" />
          <TextField filters={filters} name="path" label="Path of the value" placeholder="$.items[*].sku" />
          <Select
            filters={filters}
            name="valueIn"
            label="Side of the value"
            choices={[
              { value: '', words: 'Input or output' },
              { value: 'input', words: 'Input' },
              { value: 'output', words: 'Output' },
            ]}
          />
          <TextField filters={filters} name="error" label="Error, exactly" placeholder="States.Timeout" />
          <TextField filters={filters} name="failedState" label="Failed state, exactly" />
          <TextField
            filters={filters}
            name="minDuration"
            label="Lasted at least"
            placeholder="90 or PT1M30S"
          />
          <TextField
            filters={filters}
            name="maxDuration"
            label="Lasted at most"
            placeholder="90 or PT1M30S"
          />
          <TextField filters={filters} name="minEvents" label="Events at least" />
          <TextField filters={filters} name="maxEvents" label="Events at most" />
          <TextField
            filters={filters}
            name="tag"
            label="Tag of the state machine"
            placeholder="team=payments"
          />
          <Select
            filters={filters}
            name="diverging"
            label="Replay"
            choices={[
              { value: '', words: 'Any verdict' },
              { value: 'true', words: 'Diverges' },
            ]}
          />
        </MoreFilters>
      </FilterBar>
      <Loaded load={load} what="executions" lines={10}>
        {({ rows, next }) => (
          <section class="card flush" aria-label="Executions">
            {rows.length > 0 ? (
              <ExecutionTable executions={rows} caption="Executions, newest first" />
            ) : next !== undefined ? (
              <Empty title="Nothing found so far">
                The newest 10,000 candidates hold none. <strong>Next page</strong> looks further back; a state
                machine, a status or a shorter time makes it quicker.
              </Empty>
            ) : filters.any('value', 'valuePrefix') ? (
              <Empty title="No execution fits these filters">
                A value is compared exactly, letter by letter, with each string, number and boolean in input
                and output: try <em>Value begins with</em>, or take a filter away. Of each payload the first
                64 values are indexed.
              </Empty>
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
