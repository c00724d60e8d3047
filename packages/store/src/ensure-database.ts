import { connect, type EmbeddedConnection } from './database.ts';

/** Makes a database of this name on the embedded server, unless it is there; two processes at once do no harm. */
export async function ensureDatabase(connection: EmbeddedConnection, name: string): Promise<void> {
  const sql = connect({ ...connection, database: 'postgres' }, { max: 1, applicationName: 'steptrail' });
  try {
    const [found] = await sql`select 1 from pg_database where datname = ${name}`;
    if (found === undefined) await sql`create database ${sql(name)}`;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== '42P04' && code !== '23505') throw error; // somebody else made it in between
  } finally {
    await sql.end({ timeout: 5 });
  }
}
