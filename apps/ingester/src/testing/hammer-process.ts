import { connect } from '@steptrail/store';
import { createSharedBudget } from '../share-budgets.ts';

/** Takes from one shared budget as fast as it may, and prints when: `node … DATABASE_URL CAPACITY REFILL TIMES`. */
const [databaseUrl = '', capacity = '', refill = '', times = ''] = process.argv.slice(2);
const sql = connect(databaseUrl, { max: 2 });
const key = { accountId: '111122223333', region: 'us-east-1', operation: 'ListExecutions' };
const budget = createSharedBudget(sql, key, {
  capacity: Number(capacity),
  refillPerSecond: Number(refill),
});
await sql`select 1`;
/** Microseconds of the machine's monotonic clock, which all its processes share. */
const clock = () => Number(process.hrtime.bigint() / 1000n);
const began = clock();
const takenAt: number[] = [];
for (let i = 0; i < Number(times); i++) {
  await budget.take();
  takenAt.push(clock());
}
await budget.close();
await sql.end();
process.stdout.write(JSON.stringify({ began, takenAt }));
