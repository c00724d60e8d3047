import type { ComponentChildren } from 'preact';
import type { Execution, Replay } from '../api.ts';
import { countWords, numberWords } from '../counts.ts';
import { toStateMachine } from '../links.ts';
import { durationWords } from '../time-words.ts';
import { Section } from './page.tsx';

type Taken = Replay['taken'][number];
type Spread = Replay['loops'][number]['events'];

const EventLink = ({ id }: { readonly id: number }) => <a href={`#event-${id}`}>event {numberWords(id)}</a>;

/** What a turn of a loop and an item of a Map cost in events, of which an execution has 25,000. */
export function CostSection({ execution }: { readonly execution: Execution }) {
  const { loops = [], mapItems = [] } = execution.replay ?? {};
  const mapped = mapItems.filter(({ items }) => items > 0);
  if (loops.length === 0 && mapped.length === 0) return null;
  return (
    <Section title="Cost in events" flush>
      <div class="table-frame">
        <table>
          <caption class="visually-hidden">Loops and maps, and what one turn or item costs</caption>
          <thead>
            <tr>
              <th scope="col">Loop or map</th>
              <th scope="col" class="right">
                Turns or items
              </th>
              <th scope="col">Events of each</th>
              <th scope="col">Time of each</th>
              <th scope="col">Seen at</th>
            </tr>
          </thead>
          <tbody>
            {loops.map((loop) => (
              <tr key={`loop ${loop.pointer ?? loop.state}`}>
                <th scope="row" class="main-cell">
                  Loop at{' '}
                  <PlaceLink execution={execution} pointer={loop.pointer}>
                    {loop.state}
                  </PlaceLink>
                  <span class="cell-note breakable">
                    {loop.states.join(' → ')}
                    {loop.open && ' · still in it'}
                  </span>
                </th>
                <td class="right number">
                  {numberWords(loop.turns)}
                  {loop.places > 1 && <span class="cell-note">in {countWords(loop.places, 'place')}</span>}
                </td>
                <td>
                  <SpreadWords events={loop.events} />
                </td>
                <td>{durationWords(loop.meanMilliseconds)}</td>
                <td>
                  <EventLink id={loop.firstEventId} /> to <EventLink id={loop.lastEventId} />
                </td>
              </tr>
            ))}
            {mapped.map((map) => (
              <tr key={`map ${map.pointer ?? map.state}`}>
                <th scope="row" class="main-cell">
                  Items of{' '}
                  <PlaceLink execution={execution} pointer={map.pointer}>
                    {map.state}
                  </PlaceLink>
                </th>
                <td class="right number">{numberWords(map.items)}</td>
                <td>
                  <SpreadWords events={map.events} />
                </td>
                <td />
                <td>
                  <EventLink id={map.enteredEventId} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function SpreadWords({ events: { least, mean, most, mostEventId } }: { readonly events: Spread }) {
  if (least === most) return <>{numberWords(most)}</>;
  return (
    <>
      {mean} on average, {least} to {most} (<EventLink id={mostEventId} />)
    </>
  );
}

const KINDS: Readonly<Record<Taken['kind'], string>> = {
  retrier: 'Retry',
  catcher: 'Catch',
  choice: 'Choice',
};

/** The retriers, catchers and branches of Choices that were taken. */
export function TakenSection({ execution }: { readonly execution: Execution }) {
  const taken = execution.replay?.taken ?? [];
  if (taken.length === 0) return null;
  return (
    <Section title="Retries, catches and choices taken" flush>
      <div class="table-frame">
        <table>
          <caption class="visually-hidden">
            Retriers, catchers and branches of Choices, in order of the first time
          </caption>
          <thead>
            <tr>
              <th scope="col">State</th>
              <th scope="col">Taken</th>
              <th scope="col" class="right">
                Times
              </th>
              <th scope="col">Visits</th>
            </tr>
          </thead>
          <tbody>
            {taken.map((each) => (
              <tr key={`${each.kind} ${each.pointer}`}>
                <th scope="row" class="main-cell">
                  {each.state}
                  {each.errors.length > 0 && (
                    <span class="cell-note breakable">{each.errors.join(', ')}</span>
                  )}
                </th>
                <td>
                  <PlaceLink execution={execution} pointer={each.pointer}>
                    {KINDS[each.kind]} {each.index === 'default' ? 'Default' : `[${each.index}]`}
                  </PlaceLink>
                </td>
                <td class="right number">{numberWords(each.times)}</td>
                <td>
                  <EventLink id={each.firstEventId} />
                  {each.lastEventId !== each.firstEventId && (
                    <>
                      {' '}
                      to <EventLink id={each.lastEventId} />
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function PlaceLink(props: {
  readonly execution: Execution;
  readonly pointer: string | undefined;
  readonly children: ComponentChildren;
}) {
  const { execution, pointer, children } = props;
  if (pointer === undefined) return <>{children}</>;
  return <a href={toStateMachine(execution.stateMachineArn, pointer)}>{children}</a>;
}
