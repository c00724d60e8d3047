import { UsageError } from './usage-error.ts';

/** An AbortSignal for SIGINT and SIGTERM; a second signal ends the process at once. */
export function signalOfProcess(): AbortSignal {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals) => {
    const exitCode = name === 'SIGINT' ? 130 : 143;
    if (controller.signal.aborted) process.exit(exitCode);
    controller.abort(new UsageError('Stopped; what was done so far is kept.', exitCode));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

/** Resolves when the process is asked to stop. */
export async function runUntilSignal(signal: AbortSignal = signalOfProcess()): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    // A listener alone does not keep Node running; what listens (a server) does.
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
