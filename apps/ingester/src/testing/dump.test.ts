import { createTestDatabase } from '@steptrail/store/testing';
import { expect, it } from 'vitest';
import { CONTENTS, OTHER_TABLES } from './dump.ts';

it('every column of the archive is compared, or left out with a reason', async () => {
  const db = await createTestDatabase();
  const rows = await db.sql<{ table: string; column: string }[]>`
    select c.relname as table, a.attname as column
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`;
  await db.drop();
  const there = rows.map(({ table, column }) => (table in OTHER_TABLES ? table : `${table}.${column}`));
  const named = Object.entries(CONTENTS).flatMap(([table, { compared, leftOut = {} }]) =>
    [...compared.split(' '), ...Object.keys(leftOut)].map((column) => `${table}.${column}`),
  );
  expect(named.concat(Object.keys(OTHER_TABLES)).sort()).toEqual([...new Set(there)].sort());
});
