import type { Activity } from '../account.ts';
import { type Answer, type Operation, seconds } from '../operation.ts';
import { ServiceError } from '../service-error.ts';
import { pageOf } from './page-of.ts';
import { requiredText } from './required.ts';

function rowOf({ activityArn, name, creationDate }: Activity): Answer {
  return { activityArn, name, creationDate: seconds(creationDate) };
}

export const listActivities: Operation = (request, situation) => {
  const rows = situation.account.activities(situation.now).map(rowOf);
  return pageOf('activities', rows, ['ListActivities'], request, situation);
};

export const describeActivity: Operation = (request, situation) => {
  const given = requiredText(request, 'activityArn');
  const found = situation.account.activities(situation.now).find(({ activityArn }) => activityArn === given);
  if (found === undefined) {
    throw new ServiceError('ActivityDoesNotExist', `Activity does not exist: '${given}'`);
  }
  return { ...rowOf(found), encryptionConfiguration: { type: 'AWS_OWNED_KEY' } };
};
