import { describeActivity, listActivities } from '@steptrail/aws';
import { parseStatesArn } from '@steptrail/history';
import { findActivities, markActivitiesGone, readCursor, saveActivity, saveCursor } from '@steptrail/store';
import { type IngestContext, present } from './context.ts';
import { type ProblemBook, tolerate } from './problems.ts';

const DAY = 86_400_000;

/** Reads the activities of the account once a day; a new one is described too. */
export async function ingestActivities(context: IngestContext, book: ProblemBook): Promise<void> {
  const { sql, clients, signal, source, scope } = context;
  const cursor = `activities ${scope?.accountId ?? source.accountId ?? ''} ${source.region}`;
  const now = present(context);
  const readAt = await readCursor(sql, cursor);
  if (typeof readAt === 'number' && now.getTime() - readAt < DAY) return;
  const arns: string[] = [];
  const read = await tolerate(book, sql, undefined, async () => {
    let describing = true;
    for await (const { items, problem } of listActivities(clients, signal)) {
      if (problem !== undefined) {
        await book.report(sql, { subject: 'ListActivities', ...problem });
        return false;
      }
      const known = new Map(
        (
          await findActivities(
            sql,
            items.map((row) => row.activityArn),
          )
        ).map((row) => [row.activityArn, row]),
      );
      for (const { activityArn, name, creationDate } of items) {
        arns.push(activityArn);
        const isKnown = (known.get(activityArn)?.encryptionConfiguration ?? null) !== null;
        const described =
          isKnown || !describing
            ? undefined
            : await tolerate(book, sql, activityArn, () => describeActivity(clients, activityArn, signal));
        if (described !== undefined)
          await book.clear(sql, 'DescribeActivity', `DescribeActivity ${activityArn}`);
        else if (!isKnown) describing = false;
        await saveActivity(sql, {
          activityArn,
          name,
          creationDate,
          encryptionConfiguration: described?.encryption,
        });
      }
    }
    return true;
  });
  if (read !== true) return;
  await book.clear(sql, 'ListActivities');
  const accountId = scope?.accountId ?? source.accountId ?? parseStatesArn(arns[0] ?? '')?.accountId;
  if (accountId !== undefined) {
    await markActivitiesGone(sql, arns, { accountId, region: source.region }, now);
  }
  await saveCursor(sql, cursor, now.getTime());
}
