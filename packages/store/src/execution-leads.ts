import {
  asksDuration,
  asksEvents,
  type ExecutionFilter,
  hasEvents,
  isValue,
  lasted,
  nameBegins,
  valueBegins,
  within,
} from './execution-conditions.ts';
import type { Fragment, Sql } from './sql.ts';
import { storedText } from './stored-text.ts';

/*
 * A list of executions walks one index, the lead, from the newest on, and asks of each execution it meets whatever else
 * the filter asks. Which index leads is found by looking, not by statistics, which know nothing of two filters at once
 * and mislead a planner that sees a limit: the lead is the one with the fewest candidates, or, where all have many, the
 * one that comes furthest back within a window of them. A page looks through one window at most, so that no filter, and
 * no size of the archive, makes it slow.
 */

/** Candidates that a page looks through. */
export const WINDOW = 10_000;

/** More branches than these are not merged. */
const MOST_BRANCHES = 32;

/** An index to walk. */
interface Lead {
  /** The ids of candidates, as rows of one column `execution_id`. */
  readonly ids: (floor: string | undefined, limit: number) => Fragment;
  /** Candidates counted up to a window, and the oldest of them. */
  readonly probe: () => Fragment;
  /** Whether its candidates come newest first, so that a window of them can be walked. */
  readonly ordered: boolean;
}

export interface ChosenLead {
  readonly ids: Fragment;
  /** The last candidate of the window, where there may be more behind it. */
  readonly floor?: string | undefined;
}

/** How many things a filter asks beside time, where a state machine with a status is one. */
function countQuestions(filter: ExecutionFilter, machines: readonly string[] | undefined): number {
  const { search, error, failedState, value, valuePrefix, side, diverging } = filter;
  const statuses = statusesOf(filter);
  const asked = [
    machines !== undefined,
    statuses.length > 0 && (machines === undefined || machines.length * statuses.length > MOST_BRANCHES),
    search !== undefined && search !== '',
    error !== undefined,
    failedState !== undefined,
    asksDuration(filter),
    asksEvents(filter),
    value !== undefined,
    valuePrefix !== undefined,
    side !== undefined,
    diverging === true,
  ];
  return asked.filter(Boolean).length;
}

function orderedLead(
  sql: Sql,
  filter: ExecutionFilter,
  before: string | undefined,
  branches: readonly Fragment[],
  once = sql`execution_id`,
): Lead {
  const range = (floor: string | undefined) => within(sql, filter, before, floor);
  const ids = (floor: string | undefined, limit: number) => {
    const one = (branch: Fragment) => sql`select execution_id from ${branch} ${range(floor)}`;
    const [first, ...others] = branches.map(one);
    const all = others.reduce<Fragment>((sum, each) => sql`${sum} union all ${each}`, first ?? sql``);
    return sql`select ${once} from (${all}) b order by execution_id desc limit ${limit}`;
  };
  return {
    ids,
    probe: () =>
      sql`select count(*)::int as candidates, min(execution_id::text) as oldest from (${ids(undefined, WINDOW)}) w`,
    ordered: true,
  };
}

/**
 * A range of an index that is ordered by something else: it leads only where it holds less than a window. The order asked
 * for is that of the index, which keeps the planner from reading the table until it has met enough.
 */
function rangeLead(
  sql: Sql,
  filter: ExecutionFilter,
  before: string | undefined,
  range: { readonly from: Fragment; readonly order: Fragment },
): Lead {
  const all = () => sql`select execution_id from ${range.from} order by ${range.order} limit ${WINDOW}`;
  return {
    ids: (floor) => sql`
      select distinct execution_id from (${all()}) b
      where true ${within(sql, filter, before, floor)} order by execution_id desc`,
    probe: () => sql`select count(*)::int as candidates, null as oldest from (${all()}) w`,
    ordered: false,
  };
}

function leadsOf(
  sql: Sql,
  filter: ExecutionFilter,
  before: string | undefined,
  machines: readonly string[] | undefined,
): readonly Lead[] {
  const { search, error, failedState, value, valuePrefix, path } = filter;
  const ordered = (...branches: readonly Fragment[]) => orderedLead(sql, filter, before, branches);
  const range = (from: Fragment, order: Fragment) => rangeLead(sql, filter, before, { from, order });
  const leads: Lead[] = [];
  if (value !== undefined) {
    const from = sql`search_values where ${isValue(sql, value, path)}`;
    leads.push(orderedLead(sql, filter, before, [from], sql`distinct execution_id`));
  }
  if (error !== undefined) leads.push(ordered(sql`executions where error = ${storedText(error)}`));
  if (failedState !== undefined) {
    leads.push(ordered(sql`executions where failed_state = ${storedText(failedState)}`));
  }
  if (filter.diverging === true) leads.push(ordered(sql`replays where divergences > 0`));
  leads.push(...machineLeads(sql, filter, machines).map((branches) => ordered(...branches)));
  if (valuePrefix !== undefined) {
    leads.push(range(sql`search_values where ${valueBegins(sql, valuePrefix, path)}`, sql`value`));
  }
  if (search !== undefined && search !== '')
    leads.push(range(sql`executions where ${nameBegins(sql, search)}`, sql`name using ~<~`));
  if (asksDuration(filter))
    leads.push(range(sql`executions where ${lasted(sql, filter)}`, sql`stop_date - start_date`));
  if (asksEvents(filter)) leads.push(range(sql`executions where ${hasEvents(sql, filter)}`, sql`events`));
  leads.push(ordered(sql`executions where true`));
  return leads;
}

function statusesOf({ status }: ExecutionFilter): readonly string[] {
  return [...new Set(status ?? [])];
}

/** The lead by state machine and status, the branches of which are merged; none where neither is asked for. */
function machineLeads(
  sql: Sql,
  filter: ExecutionFilter,
  machines: readonly string[] = [],
): readonly (readonly Fragment[])[] {
  const statuses = statusesOf(filter);
  const arns = machines.length * Math.max(statuses.length, 1) > MOST_BRANCHES ? [] : machines;
  const ofStatus = statuses.map((status) => sql`executions where status = ${status}`);
  if (arns.length === 0) return ofStatus.length === 0 ? [] : [ofStatus];
  return [
    arns.flatMap((arn) => {
      const ofMachine = sql`executions where state_machine_arn = ${arn}`;
      if (statuses.length === 0) return [ofMachine];
      return statuses.map((status) => sql`${ofMachine} and status = ${status}`);
    }),
  ];
}

/** The index that leads to what a filter asks for, from `before` (an id) on; `take` is the page's size. */
export async function chooseLead(
  sql: Sql,
  filter: ExecutionFilter,
  page: { readonly before: string | undefined; readonly take: number },
  machines: readonly string[] | undefined,
): Promise<ChosenLead> {
  const leads = leadsOf(sql, filter, page.before, machines);
  const [first] = leads;
  const asked = countQuestions(filter, machines);
  if (first?.ordered === true && asked === leads.length - 1 && asked <= 1) {
    return { ids: first.ids(undefined, page.take) };
  }
  const probe = async (lead: Lead, at: number) => {
    const rows = await sql<{ candidates: number; oldest: string | null }[]>`${lead.probe()}`;
    return rows.map((row) => ({ ...row, at }));
  };
  const found = (await Promise.all(leads.map(probe))).flat();
  const whole = found.filter(({ candidates }) => candidates < WINDOW);
  const fewest = whole.toSorted((a, b) => a.candidates - b.candidates || a.at - b.at)[0];
  if (fewest !== undefined) {
    return { ids: leads[fewest.at]?.ids(undefined, WINDOW) ?? sql`` };
  }
  const furthest = found
    .filter(({ oldest }) => oldest !== null)
    .toSorted((a, b) => ((a.oldest ?? '') < (b.oldest ?? '') ? -1 : 1))[0];
  const floor = furthest?.oldest ?? undefined;
  return { ids: leads[furthest?.at ?? -1]?.ids(floor, WINDOW) ?? sql``, floor };
}
