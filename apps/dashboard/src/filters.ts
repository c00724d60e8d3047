import { useLocation } from 'preact-iso';

export interface Filters {
  /** The first value of a name, or ''. */
  readonly get: (name: string) => string;
  readonly all: (name: string) => readonly string[];
  /** Sets or removes values in the URL, and goes back to the first page. */
  readonly set: (changes: Readonly<Record<string, string | readonly string[]>>) => void;
  /** Those of the names that are set, as query parameters of the API. */
  readonly given: (...names: readonly string[]) => Readonly<Record<string, string>>;
  /** Whether any of the names is set. */
  readonly any: (...names: readonly string[]) => boolean;
  readonly text: string;
}

/** Filters live in the URL, so that a filtered list can be sent to somebody. */
export function useFilters(): Filters {
  const { url, path, route } = useLocation();
  const query = new URL(url, location.origin).searchParams;
  return {
    get: (name) => query.get(name) ?? '',
    all: (name) => query.getAll(name),
    given: (...names) =>
      Object.fromEntries(
        names.flatMap((name) => {
          const value = query.get(name) ?? '';
          return value === '' ? [] : [[name, value]];
        }),
      ),
    any: (...names) => names.some((name) => query.has(name)),
    text: query.toString(),
    set: (changes) => {
      const next = new URLSearchParams(query);
      next.delete('cursor');
      for (const [name, value] of Object.entries(changes)) {
        next.delete(name);
        for (const each of [value].flat()) if (each !== '') next.append(name, each);
      }
      const text = next.toString();
      route(text === '' ? path : `${path}?${text}`, !('cursor' in changes));
    },
  };
}
