import { useState } from 'preact/hooks';
import { api, type Execution, read, segment, type Visit } from '../api.ts';
import { countWords } from '../counts.ts';
import { useNow } from '../now.ts';
import { useLoad } from '../use-load.ts';
import { Empty, Loaded } from './loaded.tsx';
import { Section } from './page.tsx';
import { Timeline, VisitTable } from './timeline.tsx';

const PAGE = 100;

function readVisits(executionArn: string, cursor?: string) {
  return read(
    api.executions[':executionArn'].visits.$get({
      param: { executionArn: segment(executionArn) },
      query: { limit: String(PAGE), ...(cursor === undefined ? {} : { cursor }) },
    }),
  );
}

/** The visits of an execution: bars on a time axis, or rows. */
export function VisitsSection({ execution }: { readonly execution: Execution }) {
  const [asTable, setAsTable] = useState(false);
  const load = useLoad(`visits of ${execution.executionArn}`, () => readVisits(execution.executionArn));
  return (
    <Section
      title="Visits"
      flush
      aside={
        <div class="switch">
          <button type="button" aria-pressed={!asTable} onClick={() => setAsTable(false)}>
            Timeline
          </button>
          <button type="button" aria-pressed={asTable} onClick={() => setAsTable(true)}>
            Table
          </button>
        </div>
      }
    >
      <Loaded load={load} what="visits">
        {({ rows, next }) => <Visits execution={execution} first={rows} cursor={next} asTable={asTable} />}
      </Loaded>
    </Section>
  );
}

function Visits(props: {
  readonly execution: Execution;
  readonly first: readonly Visit[];
  readonly cursor: string | undefined;
  readonly asTable: boolean;
}) {
  const { execution, first, asTable } = props;
  const now = useNow();
  const [more, setMore] = useState({ rows: [] as readonly Visit[], next: props.cursor, failed: '' });
  const visits = [...first, ...more.rows];
  if (visits.length === 0) {
    return (
      <Empty title="No visits">
        {execution.events === 0
          ? 'Its history has not been archived yet.'
          : 'No state was entered, or the history has not been replayed yet.'}
      </Empty>
    );
  }
  const from = Date.parse(execution.startDate);
  const end = execution.stopDate === null ? now : Date.parse(execution.stopDate);
  // While there are more visits to come, the axis ends with those shown, or they would all stand at its beginning.
  const to = more.next === undefined ? end : Math.min(end, endOf(visits, end));
  const loadMore = () =>
    readVisits(execution.executionArn, more.next).then(
      ({ rows, next }) => setMore({ rows: [...more.rows, ...rows], next, failed: '' }),
      (error: unknown) =>
        setMore({ ...more, failed: error instanceof Error ? error.message : String(error) }),
    );
  return (
    <>
      {asTable ? <VisitTable visits={visits} to={to} /> : <Timeline visits={visits} from={from} to={to} />}
      {more.next !== undefined && (
        <p class="more">
          <button type="button" class="button" onClick={loadMore}>
            Show {PAGE} more
          </button>
          <span class="muted"> {countWords(visits.length, 'visit')} shown</span>
          {more.failed !== '' && <span role="alert"> {more.failed}</span>}
        </p>
      )}
    </>
  );
}

/** When the last of these visits that has ended did so. */
function endOf(visits: readonly Visit[], otherwise: number): number {
  const ends = visits.flatMap(({ exitedAt }) => (exitedAt === null ? [] : [Date.parse(exitedAt)]));
  return ends.length === 0 ? otherwise : Math.max(...ends);
}
