import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { findMigrations } from './migrate.ts';
import { createTestDatabase } from './testing.ts';

/** The statements of the store: every outermost template, with what is put into it. */
function statementsOf(source: string): readonly string[] {
  const statements: string[] = [];
  for (let at = 0; at < source.length; at += 1) {
    const opening = /(?:sql|client)(?:<[^`]*?>)?`/y;
    opening.lastIndex = at;
    if (!opening.test(source)) continue;
    const start = opening.lastIndex;
    at = endOfTemplate(source, start);
    statements.push(source.slice(start, at));
  }
  return statements;
}

/** Where the template that begins before `start` ends; templates within its `${}` are part of it. */
function endOfTemplate(source: string, start: number): number {
  for (let at = start; at < source.length; at += 1) {
    if (source[at] === '`') return at;
    if (source.startsWith('${', at)) at = endOfBraces(source, at + 2);
  }
  return source.length;
}

function endOfBraces(source: string, start: number): number {
  for (let at = start, depth = 1; at < source.length; at += 1) {
    if (source[at] === '`') at = endOfTemplate(source, at + 1);
    else if (source[at] === '{') depth += 1;
    else if (source[at] === '}' && --depth === 0) return at;
  }
  return source.length;
}

const folder = fileURLToPath(new URL('.', import.meta.url));
const statements = readdirSync(folder)
  .filter((name) => /^[a-z-]+\.ts$/.test(name) && name !== 'testing.ts')
  .flatMap((name) => statementsOf(readFileSync(`${folder}${name}`, 'utf8')).map((text) => ({ name, text })));

const tablesIn = (text: string, names: readonly string[]) =>
  names.filter((table) => new RegExp(`\\b(from|join|into|update|copy)\\s+${table}\\b`, 'i').test(text));

let distributed: readonly string[];
let local: readonly string[];
beforeAll(async () => {
  const database = await createTestDatabase();
  const rows = await database.sql<{ name: string; distributed: boolean }[]>`
    select c.relname as name, exists (select from partitioned_tables p where p.table_name = c.relname) as distributed
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
      and not c.relispartition`;
  await database.drop();
  distributed = rows.filter((row) => row.distributed).map((row) => row.name);
  local = rows.filter((row) => !row.distributed).map((row) => row.name);
});

test('what a cluster refuses stands in no statement on its tables', () => {
  expect(statements.length).toBeGreaterThan(100);
  expect(distributed.length).toBeGreaterThan(4);

  const refused = statements.flatMap(({ name, text }) => {
    const [ofCluster, ofCoordinator] = [tablesIn(text, distributed), tablesIn(text, local)];
    if (ofCluster.length === 0) return [];
    const onConflict = /on conflict([\s\S]*)/i.exec(text)?.[1] ?? '';
    return [
      ...(ofCoordinator.length > 0 ? [`mixes ${ofCluster} with ${ofCoordinator}`] : []),
      ...(/\bfor (no key )?(update|share)\b/i.test(text) ? ['locks rows of several shards'] : []),
      ...(/\brecursive\b/i.test(text) ? ['is recursive'] : []),
      ...(/\blateral\b/i.test(text) ? ['has a lateral subquery'] : []),
      ...(/\b(not )?exists \(/i.test(text) ? ['has a correlated subquery'] : []),
      ...(/select\s*\(\s*select/i.test(text) ? ['has a subquery where a value stands'] : []),
      ...(/\buuid_(time|floor)\(/i.test(text) ? ['calls a function that workers may not have'] : []),
      ...(/\bwith\b[\s\S]*\b(delete|update|insert)\b/i.test(text) && !/copy/i.test(text)
        ? ['changes rows in a WITH']
        : []),
      ...(/\b(now|clock_timestamp|random)\(\)|current_timestamp/i.test(onConflict)
        ? ['calls a function that is not immutable in ON CONFLICT']
        : []),
    ].map((what) => `${name}: ${what}: ${text.replace(/\s+/g, ' ').slice(0, 80)}`);
  });
  expect(refused).toEqual([]);
});

/** The first migration that may meet tables that were distributed before. */
const FIRST_AFTERWARDS = '0017';

/** What a cluster refuses of a change of a distributed table. */
const REFUSED_CHANGES: readonly (readonly [RegExp, string])[] = [
  [
    /\badd column\b[^,]*\b(check|references|unique|primary key)\b/i,
    'adds a column with its constraint in one',
  ],
  [/\badd (check|foreign key|unique|primary key|exclude)\b/i, 'adds a constraint without a name'],
  [/\balter column \w+ set (storage|statistics|compression)\b/i, 'sets how a column is stored'],
  [/\b(enable|disable) (trigger|row)\b/i, 'turns on what belongs to single servers'],
];

test('what a cluster refuses stands in no later migration', () => {
  const changes = readdirSync(findMigrations())
    .filter((name) => name >= FIRST_AFTERWARDS)
    .flatMap((name) => {
      const text = readFileSync(`${findMigrations()}/${name}`, 'utf8').replace(/--.*/g, '');
      return text
        .split(/;\s*\n/)
        .map((statement) => ({ name, statement: statement.replace(/\s+/g, ' ').trim() }));
    });
  expect(changes.length).toBeGreaterThan(4);
  const refused = changes.flatMap(({ name, statement }) => {
    const altered = /^alter table (?:if exists )?(?:only )?(\w+)/i.exec(statement)?.[1] ?? '';
    const triggered =
      /^create (?:or replace )?(?:constraint )?trigger\b.*? on (\w+)/i.exec(statement)?.[1] ?? '';
    return [
      ...(distributed.includes(altered) ? REFUSED_CHANGES.filter(([what]) => what.test(statement)) : []).map(
        ([, what]) => what,
      ),
      ...(distributed.includes(triggered) ? ['makes a trigger'] : []),
      ...(/^create table\b.*\breferences executions\b/i.test(statement)
        ? ['makes a local table that refers to a distributed one; docs/scaling.md says how']
        : []),
    ].map((what) => `${name}: ${what}: ${statement.slice(0, 80)}`);
  });
  expect(refused).toEqual([]);
});
