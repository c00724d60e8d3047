import type { Visit } from '../api.ts';
import { byteWords } from '../counts.ts';
import { timeTicks } from '../time-ticks.ts';
import { clockWords, durationWords, preciseWords } from '../time-words.ts';
import { Outcome, outcomeTone } from './badges.tsx';

interface Props {
  readonly visits: readonly Visit[];
  /** Epoch milliseconds: the ends of the time axis. */
  readonly from: number;
  readonly to: number;
}

/** Visits as bars on one time axis. Each bar is a link to the event at which the visit began. */
export function Timeline({ visits, from, to }: Props) {
  const span = Math.max(to - from, 1);
  const ticks = timeTicks(span);
  const percent = (time: number) => Math.min(100, Math.max(0, ((time - from) / span) * 100));
  return (
    <div class="timeline">
      <div class="timeline-axis" aria-hidden="true">
        <span />
        <div>
          {ticks.map((tick) => (
            <span key={tick} style={{ left: `${(tick / span) * 100}%` }}>
              {tick === 0 ? '0' : `+${durationWords(tick)}`}
            </span>
          ))}
        </div>
      </div>
      <ol>
        {visits.map((visit) => {
          const entered = Date.parse(visit.enteredAt);
          const exited = visit.exitedAt === null ? to : Date.parse(visit.exitedAt);
          return (
            <li key={visit.enteredEventId}>
              <a href={`#event-${visit.enteredEventId}`} title={describe(visit, exited - entered)}>
                <span class="timeline-state">
                  <span class="timeline-path">{visit.path}</span>
                  {visit.state}
                </span>
                <span class="timeline-track">
                  <span
                    class={`timeline-bar tone-${outcomeTone(visit.outcome)}`}
                    style={{ left: `${percent(entered)}%`, width: `${percent(exited) - percent(entered)}%` }}
                  />
                  <span
                    class={percent(exited) > 75 ? 'timeline-note before' : 'timeline-note'}
                    style={noteAt(percent(entered), percent(exited))}
                  >
                    {durationWords(exited - entered)}
                    {visit.attempts > 1 && ` · ${visit.attempts} attempts`}
                  </span>
                </span>
                <span class="visually-hidden">
                  , {visit.outcome}, entered {durationWords(entered - from)} after the start
                </span>
              </a>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

/** The note stands behind its bar; where there is no room, before it or inside. */
function noteAt(start: number, end: number) {
  if (end <= 75) return { left: `calc(${end}% + 6px)` };
  return start > 25 ? { right: `calc(${100 - start}% + 6px)` } : { right: `calc(${100 - end}% + 6px)` };
}

function describe(visit: Visit, duration: number): string {
  const error = visit.error === null ? '' : ` · ${visit.error}`;
  return `${visit.state} (${visit.stateType}) · ${visit.outcome} · ${durationWords(duration)} · entered ${clockWords(Date.parse(visit.enteredAt))}${error}`;
}

/** The same visits as rows. */
export function VisitTable({ visits, to }: Pick<Props, 'visits' | 'to'>) {
  return (
    <div class="table-frame">
      <table>
        <caption class="visually-hidden">Visits in order of entry</caption>
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Type</th>
            <th scope="col">Outcome</th>
            <th scope="col">Entered</th>
            <th scope="col" class="right">
              Duration
            </th>
            <th scope="col" class="right">
              Attempts
            </th>
            <th scope="col" class="right">
              Input
            </th>
            <th scope="col" class="right">
              Output
            </th>
          </tr>
        </thead>
        <tbody>
          {visits.map((visit) => (
            <tr key={visit.enteredEventId}>
              <th scope="row" class="main-cell">
                <a href={`#event-${visit.enteredEventId}`}>{visit.state}</a>
                {(visit.path !== '' || visit.error !== null) && (
                  <span class="cell-note breakable">
                    {[visit.path, visit.error].filter(Boolean).join(' · ')}
                  </span>
                )}
              </th>
              <td>{visit.stateType}</td>
              <td>
                <Outcome outcome={visit.outcome} />
              </td>
              <td class="nowrap number">
                <time dateTime={visit.enteredAt} title={visit.enteredAt}>
                  {preciseWords(Date.parse(visit.enteredAt))}
                </time>
              </td>
              <td class="right number nowrap">
                {durationWords(
                  (visit.exitedAt === null ? to : Date.parse(visit.exitedAt)) - Date.parse(visit.enteredAt),
                )}
              </td>
              <td class="right number">{visit.attempts}</td>
              <td class="right number nowrap">
                {visit.inputBytes === null ? '–' : byteWords(visit.inputBytes)}
              </td>
              <td class="right number nowrap">
                {visit.outputBytes === null ? '–' : byteWords(visit.outputBytes)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
