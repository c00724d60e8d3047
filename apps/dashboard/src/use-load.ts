import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiFailure } from './api.ts';

/** What a page shows while, after, and instead of its data. */
export type Load<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly failure: ApiFailure; readonly retry: () => void }
  | { readonly state: 'ready'; readonly value: T; readonly stale: ApiFailure | undefined };

interface Held<T> {
  readonly key: string;
  readonly value?: T;
  readonly failure?: ApiFailure;
}

/**
 * Loads when `key` changes, and again every `refreshSeconds` while the tab is visible. A refresh keeps what is shown
 * until the new data is there, so that nothing flickers; a refresh that fails keeps it too, marked stale.
 */
export function useLoad<T>(key: string, load: () => Promise<T>, refreshSeconds?: number): Load<T> {
  const [held, setHeld] = useState<Held<T>>({ key });
  const [attempt, setAttempt] = useState(0);
  const latest = useRef(load);
  latest.current = load;

  useEffect(() => {
    let wanted = true;
    const run = () =>
      latest.current().then(
        (value) => wanted && setHeld({ key, value }),
        (error: unknown) => {
          if (!wanted) return;
          const failure = asFailure(error);
          setHeld((before) => (before.key === key ? { ...before, failure } : { key, failure }));
        },
      );
    run();
    if (refreshSeconds === undefined) return () => (wanted = false);
    const timer = setInterval(() => document.visibilityState === 'visible' && run(), refreshSeconds * 1000);
    return () => {
      wanted = false;
      clearInterval(timer);
    };
  }, [key, attempt, refreshSeconds]);

  if (held.key !== key) return { state: 'loading' };
  if (held.value !== undefined) return { state: 'ready', value: held.value, stale: held.failure };
  if (held.failure === undefined) return { state: 'loading' };
  const retry = () => {
    setHeld({ key });
    setAttempt((count) => count + 1);
  };
  return { state: 'failed', failure: held.failure, retry };
}

function asFailure(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  return new ApiFailure(0, 'Unexpected', error instanceof Error ? error.message : String(error));
}
