import { PublishCommand } from '@aws-sdk/client-sns';
import { type AwsClients, call } from './clients.ts';

/** Publishes one message to a topic. */
export async function publishSns(
  clients: AwsClients,
  topicArn: string,
  message: { readonly Subject: string; readonly Message: string },
  signal?: AbortSignal,
): Promise<{ readonly messageId: string | undefined }> {
  const answer = await call(clients, 'Publish', topicArn, signal, (options) =>
    clients.sns.send(new PublishCommand({ TopicArn: topicArn, ...message }), options),
  );
  return { messageId: answer.MessageId };
}
