import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, type EventPage, type Execution, read, segment } from '../api.ts';
import { numberWords } from '../counts.ts';
import { useTargetEvent } from '../target-event.ts';
import { useLoad } from '../use-load.ts';
import { EventRow } from './event-row.tsx';
import { Empty, Loaded } from './loaded.tsx';
import { Section } from './page.tsx';

const PAGE = 100;
const pageOf = (eventId: number) => Math.floor((eventId - 1) / PAGE) * PAGE + 1;

/** The history, a page at a time. The event that the URL names is on the page shown, marked and scrolled to. */
export function EventsSection({ execution }: { readonly execution: Execution }) {
  const { url } = useLocation();
  const target = useTargetEvent(url);
  const [from, setFrom] = useState(target.eventId === undefined ? 1 : pageOf(target.eventId));
  const { executionArn, lastEventId } = execution;

  useEffect(() => {
    if (target.eventId !== undefined) setFrom(pageOf(target.eventId));
  }, [target]);

  const load = useLoad(`events ${from} of ${executionArn}`, () =>
    read(
      api.executions[':executionArn'].events.$get({
        param: { executionArn: segment(executionArn) },
        query: { from: String(from), limit: String(PAGE) },
      }),
    ),
  );
  const shown = load.state === 'ready' ? load.value : undefined;

  useEffect(() => {
    if (shown === undefined || target.eventId === undefined || pageOf(target.eventId) !== from) return;
    const row = document.getElementById(`event-${target.eventId}`);
    row?.scrollIntoView({ block: 'center' });
    row?.focus({ preventScroll: true });
  }, [shown?.from, target]);

  const pager = lastEventId > PAGE && <EventPager from={from} last={lastEventId} go={setFrom} />;
  return (
    <Section title="Events" flush aside={pager}>
      <Loaded load={load} what="events" lines={10}>
        {(page) => <EventTable page={page} execution={execution} target={target.eventId} />}
      </Loaded>
      {pager && <div class="more">{pager}</div>}
    </Section>
  );
}

function EventTable(props: {
  readonly page: EventPage;
  readonly execution: Execution;
  readonly target: number | undefined;
}) {
  const { page, execution, target } = props;
  return (
    <>
      {page.problems.length > 0 && (
        <div class="notice tone-warn">
          <ul class="plain">
            {page.problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </div>
      )}
      {page.rows.length === 0 ? (
        <Empty title="No events archived">
          {execution.problem ?? 'They appear when the ingester has fetched the history.'}
        </Empty>
      ) : (
        <div class="table-frame">
          <table class="events">
            <caption class="visually-hidden">History events in order of id</caption>
            <thead>
              <tr>
                <th scope="col" class="right">
                  Id
                </th>
                <th scope="col">Type</th>
                <th scope="col">Details</th>
                <th scope="col">Payloads</th>
                <th scope="col">Time</th>
                <th scope="col" class="right">
                  Since start
                </th>
              </tr>
            </thead>
            <tbody>
              {page.rows.map((event) => (
                <EventRow
                  key={event.id}
                  event={event}
                  executionArn={execution.executionArn}
                  started={Date.parse(execution.startDate)}
                  isTarget={event.id === target}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function EventPager(props: {
  readonly from: number;
  readonly last: number;
  readonly go: (from: number) => void;
}) {
  const { from, last, go } = props;
  const to = Math.min(from + PAGE - 1, last);
  return (
    <nav class="pager" aria-label="Pages of events">
      <span class="muted number">
        {numberWords(from)}–{numberWords(to)} of {numberWords(last)}
      </span>
      <button type="button" class="button" disabled={from === 1} onClick={() => go(1)}>
        First
      </button>
      <button type="button" class="button" disabled={from === 1} onClick={() => go(from - PAGE)}>
        Previous
      </button>
      <button type="button" class="button" disabled={to >= last} onClick={() => go(from + PAGE)}>
        Next
      </button>
      <button type="button" class="button" disabled={to >= last} onClick={() => go(pageOf(last))}>
        Last
      </button>
    </nav>
  );
}
