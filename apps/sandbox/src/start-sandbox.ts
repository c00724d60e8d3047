import type { Account } from './account.ts';
import { demoAccount } from './demo/demo-account.ts';
import { createFaults, type Fault, type Faults } from './faults.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import { QUEUE_NAME } from './operations/queues.ts';
import type { Queue } from './queue.ts';
import { type Admission, createQuotas } from './quotas.ts';
import { readRecordedAccount } from './recorded/read-recorded.ts';
import { listen } from './server.ts';

export interface SandboxOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
  /**
   * The demo account, a folder of recorded cases, or accounts of one's own: further ones, and further Regions of the
   * first, are seen by whoever assumes a role of theirs or signs for the Region. Default `demo`.
   */
  readonly source?:
    | 'demo'
    | { readonly recorded: string }
    | { readonly account: Account }
    | { readonly accounts: readonly [Account, ...Account[]] };
  /** Of the demo account: the same seed and the same `anchor` make the same account. Default 1. */
  readonly seed?: number;
  /** The account's present: a fixed one, or a clock in epoch milliseconds that lets the demo live on. */
  readonly now?: Date | (() => number);
  /**
   * Epoch milliseconds around which the demo account is laid out. Default: `now` at the start. Give the one of the
   * last start to find the same executions again.
   */
  readonly anchor?: number;
  /** Of the demo account; default us-east-1 and 111122223333. */
  readonly region?: string;
  readonly accountId?: string;
  /** Asked of whoever assumes a role; undefined: none. */
  readonly externalId?: string;
  /** Whether AWS's request quotas hold. Default false. */
  readonly quotas?: boolean;
  readonly faults?: readonly Fault[];
  /** Told what of a recorded source is left out. Default: standard error. */
  readonly complain?: (sentence: string) => void;
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  /** The first of its accounts. */
  readonly account: Account;
  readonly faults: Pick<Faults, 'add' | 'clear'>;
  /** Where the status changes of the first account's executions come, as its time passes. */
  readonly queueUrl: string;
  readonly queue: Pick<Queue, 'send' | 'size' | 'deadLetters'>;
  readonly close: () => Promise<void>;
}

type Accounts = readonly [Account, ...Account[]];

async function openAccounts(options: SandboxOptions, now: () => number): Promise<Accounts> {
  const { source = 'demo' } = options;
  if (source === 'demo') {
    const { seed = 1, anchor = now(), region = 'us-east-1' } = options;
    return [demoAccount({ seed, anchor, place: { accountId: options.accountId ?? '111122223333', region } })];
  }
  if ('account' in source) return [source.account];
  if ('accounts' in source) return source.accounts;
  const complain = options.complain ?? ((sentence: string) => process.stderr.write(`${sentence}\n`));
  return [await readRecordedAccount(source.recorded, complain)];
}

const UNLIMITED: Admission = () => true;

/** AWS's quotas of each account's Region, kept apart. */
function createAdmissions(): (account: Account) => Admission {
  const admissions = new Map<string, Admission>();
  return ({ accountId, region }) => {
    const key = `${accountId} ${region}`;
    const admission = admissions.get(key) ?? createQuotas(region, () => performance.now());
    admissions.set(key, admission);
    return admission;
  };
}

/** A queue of its own for each account's Region, for what happens from now on. */
function createMailboxes(now: () => number): (account: Account) => Mailbox {
  const from = now();
  const mailboxes = new Map<string, Mailbox>();
  return (account) => {
    const key = `${account.accountId} ${account.region}`;
    const mailbox = mailboxes.get(key) ?? createMailbox(account, from);
    mailboxes.set(key, mailbox);
    return mailbox;
  };
}

/**
 * Starts a local AWS endpoint: Step Functions, CloudWatch Logs, STS and an SQS queue of status changes, as far as Steptrail calls them.
 * Rejects with Node's error where the port is in use or the folder of recordings cannot be read.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { now: given, host = '127.0.0.1', port = 0 } = options;
  const now = typeof given === 'function' ? given : () => given?.getTime() ?? Date.now();
  const accounts = await openAccounts(options, now);
  const faults = createFaults(options.faults);
  const admit = options.quotas === true ? createAdmissions() : () => UNLIMITED;
  const mailboxOf = createMailboxes(now);
  const { externalId } = options;
  const server = await listen({ accounts, externalId, now, faults, admit, mailboxOf }, host, port);
  const shownHost = host.includes(':') ? `[${host}]` : host;
  const endpoint = `http://${shownHost}:${server.port}`;
  const [account] = accounts;
  return {
    endpoint,
    account,
    faults,
    queueUrl: `${endpoint}/${account.accountId}/${QUEUE_NAME}`,
    queue: mailboxOf(account).queue,
    close: server.close,
  };
}
