import { api, read } from '../api.ts';
import { useFilters } from '../filters.ts';
import { SEVERITIES } from '../parts/badges.tsx';
import { Checks, FilterBar, Pager, Select } from '../parts/filter-bar.tsx';
import { FindingList } from '../parts/finding-list.tsx';
import { Empty, Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { StateMachineSelect } from '../parts/state-machine-select.tsx';
import { useLoad } from '../use-load.ts';

const FILTERS = ['severity', 'state', 'ruleId', 'stateMachineArn'] as const;

export function FindingsPage() {
  const filters = useFilters();
  const load = useLoad(filters.text, () =>
    read(
      api.findings.$get({
        query: {
          severity: filters.all('severity').filter(isSeverity),
          state: stateOf(filters.get('state')),
          limit: '50',
          ...filters.given('ruleId', 'stateMachineArn', 'cursor'),
        },
      }),
    ),
  );
  const rules = useLoad('rules', () => read(api.rules.$get()));
  return (
    <Page title="Findings">
      <FilterBar filters={filters} names={FILTERS}>
        <Checks
          filters={filters}
          name="severity"
          label="Severity"
          choices={SEVERITIES.map((value) => ({ value, words: value }))}
        />
        <Select
          filters={filters}
          name="state"
          label="State"
          choices={[
            { value: '', words: 'Open' },
            { value: 'resolved', words: 'Resolved' },
            { value: 'all', words: 'Open and resolved' },
          ]}
        />
        <Select
          filters={filters}
          name="ruleId"
          label="Rule"
          choices={[
            { value: '', words: 'Any rule' },
            ...(rules.state === 'ready' ? rules.value.rows : []).map(({ ruleId, title }) => ({
              value: ruleId,
              words: title,
            })),
          ]}
        />
        <StateMachineSelect filters={filters} />
      </FilterBar>
      <Loaded load={load} what="findings">
        {({ rows }) => (
          <section class="card flush" aria-labelledby="list-title">
            <h2 id="list-title" class="visually-hidden">
              {filters.any(...FILTERS) ? 'Findings that fit the filters' : 'Open findings'}
            </h2>
            {rows.length > 0 ? (
              <FindingList findings={rows} />
            ) : filters.any(...FILTERS) ? (
              <Empty title="No finding fits these filters">
                Take a filter away, or look among those that are{' '}
                <a href="/findings?state=all">open and resolved</a>.
              </Empty>
            ) : (
              <Empty title="No open findings">
                Rules judge every definition and every execution as it is archived; what they find appears
                here.
              </Empty>
            )}
          </section>
        )}
      </Loaded>
      {load.state === 'ready' && <Pager filters={filters} next={load.value.next} />}
    </Page>
  );
}

function isSeverity(text: string): text is (typeof SEVERITIES)[number] {
  return SEVERITIES.some((severity) => severity === text);
}

function stateOf(text: string): 'open' | 'resolved' | 'all' {
  return text === 'resolved' || text === 'all' ? text : 'open';
}
