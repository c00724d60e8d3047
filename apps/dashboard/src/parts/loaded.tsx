import type { ComponentChildren } from 'preact';
import type { ApiFailure } from '../api.ts';
import type { Load } from '../use-load.ts';
import { Icon } from './icon.tsx';

interface Props<T> {
  readonly load: Load<T>;
  /** What is loading, for screen readers: `executions`. */
  readonly what: string;
  /** Lines of the skeleton. */
  readonly lines?: number;
  readonly children: (value: T) => ComponentChildren;
}

/** A skeleton while it loads, a sentence and a way on when that fails, the content otherwise. */
export function Loaded<T>({ load, what, lines = 6, children }: Props<T>) {
  switch (load.state) {
    case 'loading':
      return <Skeleton what={what} lines={lines} />;
    case 'failed':
      return <Failed failure={load.failure} retry={load.retry} />;
    case 'ready':
      return (
        <>
          {load.stale !== undefined && <StaleNotice failure={load.stale} />}
          {children(load.value)}
        </>
      );
  }
}

function Skeleton({ what, lines }: { readonly what: string; readonly lines: number }) {
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">Loading {what}…</span>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} class="skeleton-line" />
      ))}
    </div>
  );
}

/** What trying again does not help. */
const TITLES: Readonly<Record<number, string>> = {
  400: 'This cannot be looked for as it is written',
  404: 'Not found',
};

function Failed({ failure, retry }: { readonly failure: ApiFailure; readonly retry: () => void }) {
  return (
    <div class="notice tone-bad" role="alert">
      <Icon name="alert" />
      <div>
        <p>
          <strong>{TITLES[failure.status] ?? 'This could not be loaded'}</strong>
        </p>
        <p class="breakable">{failure.message}</p>
        {TITLES[failure.status] === undefined && (
          <button type="button" class="button" onClick={retry}>
            Try again
          </button>
        )}
      </div>
    </div>
  );
}

function StaleNotice({ failure }: { readonly failure: ApiFailure }) {
  return (
    <div class="notice tone-warn" role="status">
      <Icon name="alert" />
      <p>What you see is not up to date. {failure.message}</p>
    </div>
  );
}

/** Nothing there: said plainly, with what to do next. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children !== undefined && <div class="empty-text">{children}</div>}
    </div>
  );
}
