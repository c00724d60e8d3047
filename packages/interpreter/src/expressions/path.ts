import type { Filter } from './filter-syntax.ts';
import type { Json } from './json.ts';

/** One step of a Path. */
export type Selector =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'indices'; readonly indices: readonly number[] }
  | { readonly kind: 'slice'; readonly start?: number; readonly end?: number; readonly step: number }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'descend' }
  | { readonly kind: 'filter'; readonly filter: Filter }
  /** `[(@.length-1)]` */
  | { readonly kind: 'fromEnd'; readonly offset: number }
  /** `.length()` and its kin. */
  | { readonly kind: 'function'; readonly name: string; readonly arguments: readonly PathArgument[] };

/** An argument of a function in a Path: another Path, or a constant. */
export type PathArgument = { readonly path: PathSyntax } | { readonly constant: Json };

/** What a Path starts from: `$`, `$$`, `$variable`, or `@` inside a filter. */
export type Root =
  | { readonly kind: 'input' }
  | { readonly kind: 'context' }
  | { readonly kind: 'current' }
  | { readonly kind: 'variable'; readonly name: string };

/** A parsed Path. */
export interface PathSyntax {
  readonly text: string;
  readonly root: Root;
  readonly selectors: readonly Selector[];
}

/** Whether a Path leads to one node at most, so that it gives a value and not a list. */
export const isDefinite = (selectors: readonly Selector[]): boolean =>
  selectors.every(
    ({ kind }, position) =>
      kind === 'name' ||
      kind === 'index' ||
      kind === 'fromEnd' ||
      kind === 'function' ||
      (kind === 'names' && position === selectors.length - 1),
  );

/** Whether a Path gives a value, not a list: it is definite, or a function makes one of its list. */
export const givesOne = (selectors: readonly Selector[]): boolean =>
  isDefinite(selectors) || selectors.at(-1)?.kind === 'function';

const spellSelector = (selector: Selector): string => {
  switch (selector.kind) {
    case 'name':
      return `['${selector.name}']`;
    case 'names':
      return `[${selector.names.map((name) => `'${name}'`).join(',')}]`;
    case 'index':
      return `[${selector.index}]`;
    case 'indices':
      return `[${selector.indices.join(',')}]`;
    case 'slice':
      return `[${selector.start ?? ''}:${selector.end ?? ''}]`;
    case 'wildcard':
      return '[*]';
    case 'descend':
      return '..';
    case 'filter':
      return '[?]';
    case 'fromEnd':
      return `[-${selector.offset}]`;
    case 'function':
      return `.${selector.name}()`;
  }
};

const starts = { input: '$', context: '$$', current: '@' } as const;

/** A Path the way AWS's messages write it: `$['a'][0]`. */
export const spellPath = (root: Root, selectors: readonly Selector[]): string =>
  (root.kind === 'variable' ? `$${root.name}` : starts[root.kind]) + selectors.map(spellSelector).join('');
