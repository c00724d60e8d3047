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

/** Who has fewer is found before windows are counted: a cluster gives so many from each shard. */
const FEW = 500;

/** More branches than these (state machines by statuses) are not walked side by side. */
const MOST_BRANCHES = 64;

/** What is behind an index: how many candidates, counted up to a limit, and where they end if there are so many. */
interface Probed {
  readonly candidates: number;
  readonly floor?: string | undefined;
  readonly leads: boolean;
}

/** An index to walk. */
interface Lead {
  readonly read: ReadCandidates;
  readonly probe: (limit: number) => Promise<Probed>;
  readonly ordered: boolean;
}

/** The next `limit` candidates, newest first, that are older than `before` and not older than `floor`. */
type ReadCandidates = (
  before: string | undefined,
  floor: string | undefined,
  limit: number,
) => Promise<readonly string[]>;

export interface ChosenLead {
  readonly read: ReadCandidates;
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

/** Branches of an index, each in the order of the ids, walked side by side. */
function orderedLead(
  sql: Sql,
  filter: ExecutionFilter,
  start: string | undefined,
  branches: readonly Fragment[],
  once = sql`execution_id`,
): Lead {
  const ids = (branch: Fragment, before: string | undefined, floor: string | undefined, limit: number) =>
    sql`select ${once} from ${branch} ${within(sql, filter, before, floor)} order by execution_id desc limit ${limit}`;
  return {
    read: async (before, floor, limit) => {
      const found = await Promise.all(
        branches.map((branch) => sql<Candidate[]>`${ids(branch, before, floor, limit)}`),
      );
      const all = found.flat().map((row) => row.executionId);
      return branches.length === 1 ? all : all.sort(newestFirst).slice(0, limit);
    },
    probe: async (most) => {
      const share = Math.ceil(most / branches.length);
      const found = await Promise.all(
        branches.map(
          (branch) => sql<{ candidates: number; oldest: string | null }[]>`
            select count(*)::int as candidates, min(execution_id::text) as oldest
            from (${ids(branch, start, undefined, share)}) w`,
        ),
      );
      // Down to the newest of these ends every branch has been counted.
      const ends = found
        .flat()
        .flatMap(({ candidates, oldest }) => (candidates < share ? [] : [oldest ?? '']));
      const candidates = found.flat().reduce((sum, each) => sum + each.candidates, 0);
      return { candidates, floor: ends.sort(newestFirst)[0], leads: true };
    },
    ordered: true,
  };
}

interface Candidate {
  readonly executionId: string;
}

function newestFirst(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? 1 : -1;
}

/**
 * A range of an index that is ordered by something else: it leads only where it holds less than a window. The order asked
 * for is that of the index, which keeps the planner from reading the table until it has met enough.
 */
function rangeLead(sql: Sql, filter: ExecutionFilter, from: Fragment, order: Fragment): Lead {
  const all = (limit: number) => sql`select execution_id from ${from} order by ${order} limit ${limit}`;
  return {
    read: async (before, floor, limit) => {
      const found = await sql<Candidate[]>`
        select distinct execution_id from (${all(WINDOW)}) b
        where true ${within(sql, filter, before, floor)} order by execution_id desc limit ${limit}`;
      return found.map((row) => row.executionId);
    },
    probe: async (limit) => {
      const [found] = await sql<{ candidates: number }[]>`
        select count(*)::int as candidates from (${all(limit)}) w`;
      const candidates = found?.candidates ?? 0;
      return { candidates, leads: candidates < limit };
    },
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
  const range = (from: Fragment, order: Fragment) => rangeLead(sql, filter, from, order);
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

/** The index that leads to what a filter asks for, from `before` (an id) on. */
export async function chooseLead(
  sql: Sql,
  filter: ExecutionFilter,
  before: string | undefined,
  machines: readonly string[] | undefined,
): Promise<ChosenLead> {
  const leads = leadsOf(sql, filter, before, machines);
  const [first, ...others] = leads;
  if (first?.ordered === true && others.length === countQuestions(filter, machines) && others.length <= 1) {
    return { read: first.read };
  }
  const probe = (limit: number) =>
    Promise.all(leads.map(async (lead) => ({ lead, ...(await lead.probe(limit)) })));
  const few = (await probe(FEW)).filter(({ leads: can, floor }) => can && floor === undefined);
  const probed = few.length > 0 ? few : (await probe(WINDOW)).filter(({ leads: can }) => can);
  const [best] = probed.sort(moreSelective);
  return { read: best?.lead.read ?? (async () => []), floor: best?.floor };
}

/** The fewest candidates first; of those that fill a window, the one whose window comes furthest back. */
function moreSelective(a: Probed, b: Probed): number {
  if (a.floor !== undefined && b.floor !== undefined) return -newestFirst(a.floor, b.floor);
  if (a.floor === undefined && b.floor === undefined) return a.candidates - b.candidates;
  return a.floor === undefined ? -1 : 1;
}
