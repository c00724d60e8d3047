import { BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, Tooltip } from 'chart.js';
import type { ChartStatus, DayColumns } from './day-columns.ts';

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Legend, Tooltip);

const COLOURS: Readonly<Record<ChartStatus, string>> = {
  SUCCEEDED: '--good-fill',
  FAILED: '--bad-fill',
  TIMED_OUT: '--warn-fill',
  ABORTED: '--quiet-fill',
  RUNNING: '--running-fill',
  PENDING_REDRIVE: '--accent',
};

export interface Drawing {
  readonly update: (columns: DayColumns) => void;
  readonly remove: () => void;
}

/** Draws stacked bars, a bar a day, in the colours of the page as they are now. */
export function drawExecutions(
  canvas: HTMLCanvasElement,
  columns: DayColumns,
  words: (status: ChartStatus) => string,
  choose: (day: string) => void,
): Drawing {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.color = colour('--ink-2');
  const dataOf = ({ days, counts }: DayColumns) => ({
    labels: [...days],
    datasets: [...counts].map(([status, data]) => ({
      label: words(status),
      data: [...data],
      backgroundColor: colour(COLOURS[status]),
      stack: 'executions',
      borderRadius: 2,
      maxBarThickness: 26,
      categoryPercentage: 0.86,
    })),
  });
  let shown = columns;
  const chart = new Chart(canvas, {
    type: 'bar',
    data: dataOf(columns),
    options: {
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: 'index', intersect: false },
      onClick: (_event, [bar]) => {
        const day = bar === undefined ? undefined : shown.days[bar.index];
        if (day !== undefined) choose(day);
      },
      scales: {
        x: {
          stacked: true,
          grid: { display: false },
          border: { color: colour('--line') },
          ticks: {
            maxRotation: 0,
            autoSkipPadding: 16,
            callback: (_value, index) => dayWords(shown.days[index] ?? ''),
          },
        },
        y: {
          stacked: true,
          beginAtZero: true,
          border: { display: false },
          grid: { color: colour('--line') },
          ticks: { precision: 0, maxTicksLimit: 5 },
        },
      },
      plugins: {
        legend: {
          position: 'bottom',
          align: 'start',
          labels: { boxWidth: 10, boxHeight: 10, useBorderRadius: true, borderRadius: 2, padding: 16 },
        },
        tooltip: { callbacks: { title: ([item]) => `${shown.days[item?.dataIndex ?? 0] ?? ''} (UTC)` } },
      },
    },
  });
  return {
    update: (next) => {
      shown = next;
      chart.data = dataOf(next);
      chart.update('none');
    },
    remove: () => chart.destroy(),
  };
}

const DAY_WORDS = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', timeZone: 'UTC' });

function dayWords(day: string): string {
  return day === '' ? '' : DAY_WORDS.format(new Date(day));
}
