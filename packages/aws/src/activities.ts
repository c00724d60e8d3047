import { DescribeActivityCommand, ListActivitiesCommand } from '@aws-sdk/client-sfn';
import { type AwsClients, call } from './clients.ts';
import { type Page, readPages } from './pages.ts';
import { type EncryptionConfiguration, readEncryption } from './state-machines.ts';

/** A row of ListActivities. */
export interface ListedActivity {
  readonly activityArn: string;
  readonly name: string;
  readonly creationDate?: Date | undefined;
}

/** The activities of the account in this Region. */
export function listActivities(
  clients: AwsClients,
  signal?: AbortSignal,
): AsyncGenerator<Page<ListedActivity>> {
  return readPages(
    'activities',
    (row) => row.activityArn,
    async (nextToken) => {
      const answer = await call(clients, 'ListActivities', undefined, signal, (options) =>
        clients.sfn.send(
          new ListActivitiesCommand({ maxResults: 1000, ...(nextToken && { nextToken }) }),
          options,
        ),
      );
      const items = (answer.activities ?? []).flatMap(({ activityArn, name, creationDate }) =>
        activityArn
          ? [{ activityArn, name: name ?? activityArn.split(':')[6] ?? activityArn, creationDate }]
          : [],
      );
      return { items, nextToken: answer.nextToken };
    },
  );
}

/** How an activity's data is encrypted; undefined where the server does not say. */
export async function describeActivity(
  clients: AwsClients,
  activityArn: string,
  signal?: AbortSignal,
): Promise<{ readonly encryption: EncryptionConfiguration | undefined }> {
  const answer = await call(clients, 'DescribeActivity', activityArn, signal, (options) =>
    clients.sfn.send(new DescribeActivityCommand({ activityArn }), options),
  );
  return { encryption: readEncryption(answer.encryptionConfiguration) };
}
