import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, read } from '../api.ts';
import { type DayColumns, layOutDays } from '../charts/day-columns.ts';
import type { Drawing } from '../charts/execution-chart.ts';
import { countWords, numberWords } from '../counts.ts';
import { toExecutions } from '../links.ts';
import { useThemeChanges } from '../theme.ts';
import { useLoad } from '../use-load.ts';
import { statusWords } from './badges.tsx';
import { Empty, Loaded } from './loaded.tsx';
import { Section } from './page.tsx';

const DAY = 86_400_000;
const RANGES = [14, 30, 90] as const;

/** Executions by day of start and status: a chart, and the same as a table. */
export function ExecutionsOverTime({ refreshSeconds }: { readonly refreshSeconds: number }) {
  const [days, setDays] = useState<number>(30);
  const load = useLoad(
    `executions of ${days} days`,
    async () => {
      const now = Date.now();
      const from = new Date(now - (days - 1) * DAY).toISOString().slice(0, 10);
      const { rows } = await read(api['executions-by-day'].$get({ query: { from } }));
      return layOutDays(rows, now, days);
    },
    refreshSeconds,
  );
  return (
    <Section
      title="Executions over time"
      aside={
        <div class="switch">
          {RANGES.map((range) => (
            <button key={range} type="button" aria-pressed={range === days} onClick={() => setDays(range)}>
              {range} days
            </button>
          ))}
        </div>
      }
    >
      <Loaded load={load} what="executions over time" lines={7}>
        {(columns) =>
          columns.counts.size === 0 ? (
            <Empty title={`No executions started in these ${days} days`}>
              <a href="/executions">All archived executions</a>
            </Empty>
          ) : (
            <>
              <DayChart columns={columns} />
              <details class="chart-table">
                <summary>The same as a table</summary>
                <DayTable columns={columns} />
              </details>
            </>
          )
        }
      </Loaded>
    </Section>
  );
}

/** chart.js is fetched only now that there is something to draw. */
function DayChart({ columns }: { readonly columns: DayColumns }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawing = useRef<Drawing>(null);
  const latest = useRef(columns);
  latest.current = columns;
  const [failed, setFailed] = useState(false);
  const themes = useThemeChanges();
  const { route } = useLocation();
  const label = useMemo(() => {
    const totals = [...columns.counts].map(
      ([status, counts]) => `${numberWords(counts.reduce((a, b) => a + b, 0))} ${statusWords(status)}`,
    );
    return `Executions over ${countWords(columns.days.length, 'day')}: ${totals.join(', ')}`;
  }, [columns]);

  useEffect(() => {
    let wanted = true;
    import('../charts/execution-chart.ts').then(
      ({ drawExecutions }) => {
        if (!wanted || canvas.current === null) return;
        const choose = (day: string) => {
          const to = new Date(Date.parse(day) + DAY).toISOString().slice(0, 10);
          route(toExecutions({ from: day, to }));
        };
        drawing.current = drawExecutions(canvas.current, latest.current, statusWords, choose);
      },
      () => setFailed(true),
    );
    return () => {
      wanted = false;
      drawing.current?.remove();
      drawing.current = null;
    };
  }, [themes]);

  useEffect(() => drawing.current?.update(columns), [columns]);

  if (failed) return <p>The chart could not be loaded; the table below says the same.</p>;
  return (
    <div class="chart">
      <canvas ref={canvas} role="img" aria-label={label} />
    </div>
  );
}

function DayTable({ columns }: { readonly columns: DayColumns }) {
  const statuses = [...columns.counts.keys()];
  const rows = columns.days
    .map((day, index) => ({
      day,
      counts: statuses.map((status) => columns.counts.get(status)?.[index] ?? 0),
    }))
    .filter((row) => row.counts.some((count) => count > 0))
    .reverse();
  return (
    <div class="table-frame">
      <table>
        <caption class="visually-hidden">Executions by day of start (UTC) and status, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Day (UTC)</th>
            {statuses.map((status) => (
              <th key={status} scope="col" class="right">
                {statusWords(status)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ day, counts }) => (
            <tr key={day}>
              <th scope="row" class="nowrap">
                {day}
              </th>
              {statuses.map((status, index) => (
                <td key={status} class="right number">
                  {numberWords(counts[index] ?? 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
