import type { ComponentChildren, TargetedEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Filters } from '../filters.ts';

/** The filters of a list. Enter in a text field and a change of a choice apply them at once. */
export function FilterBar(props: {
  readonly filters: Filters;
  readonly names: readonly string[];
  readonly children: ComponentChildren;
}) {
  const { filters, names } = props;
  const form = useRef<HTMLFormElement>(null);
  // The fields keep what is being typed and the focus; only another URL changes them, and never the one being typed in:
  // leaving the field before is what may have changed the URL.
  useEffect(() => {
    for (const field of form.current?.elements ?? []) {
      if (field === document.activeElement) continue;
      if (field instanceof HTMLInputElement && field.type === 'checkbox') {
        field.checked = filters.all(field.name).includes(field.value);
      } else if (field instanceof HTMLInputElement) field.value = filters.get(field.name);
    }
  }, [filters.text]);
  const submit = (event: TargetedEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    filters.set(Object.fromEntries(names.map((name) => [name, given.getAll(name).map(String)])));
  };
  const clear = () => filters.set(Object.fromEntries(names.map((name) => [name, ''])));
  return (
    <search>
      <form
        class="filters"
        ref={form}
        onSubmit={submit}
        onChange={(event) => event.currentTarget.requestSubmit()}
      >
        {props.children}
        {filters.any(...names) && (
          <button type="button" class="button" onClick={clear}>
            Clear filters
          </button>
        )}
        <button type="submit" class="visually-hidden" tabIndex={-1}>
          Apply filters
        </button>
      </form>
    </search>
  );
}

/** Filters that few need: behind a click, and open while one of them is set. */
export function MoreFilters(props: {
  readonly filters: Filters;
  readonly names: readonly string[];
  readonly children: ComponentChildren;
}) {
  const { filters, names } = props;
  const used = names.filter((name) => filters.get(name) !== '').length;
  return (
    <details class="more-filters" open={used > 0}>
      <summary>More filters{used > 0 && <span class="muted"> ({used} in use)</span>}</summary>
      <div class="filters">{props.children}</div>
    </details>
  );
}

interface Choice {
  readonly value: string;
  readonly words: string;
}

export function Select(props: {
  readonly filters: Filters;
  readonly name: string;
  readonly label: string;
  readonly standard?: string;
  readonly choices: readonly Choice[];
}) {
  const chosen = props.filters.get(props.name) || (props.standard ?? '');
  const known = props.choices.some((choice) => choice.value === chosen);
  return (
    <label class="field">
      <span>{props.label}</span>
      <select name={props.name} value={chosen}>
        {props.choices.map(({ value, words }) => (
          <option key={value} value={value} selected={value === chosen}>
            {words}
          </option>
        ))}
        {!known && (
          <option value={chosen} selected>
            {chosen}
          </option>
        )}
      </select>
    </label>
  );
}

export function TextField(props: {
  readonly filters: Filters;
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'date' | 'search';
  readonly placeholder?: string;
}) {
  return (
    <label class="field">
      <span>{props.label}</span>
      <input
        name={props.name}
        type={props.type ?? 'search'}
        defaultValue={props.filters.get(props.name)}
        placeholder={props.placeholder}
        autoComplete="off"
        spellcheck={false}
      />
    </label>
  );
}

/** Several words of which any may apply, as check boxes. */
export function Checks(props: {
  readonly filters: Filters;
  readonly name: string;
  readonly label: string;
  readonly choices: readonly Choice[];
}) {
  const chosen = props.filters.all(props.name);
  return (
    <fieldset class="checks">
      <legend>{props.label}</legend>
      {props.choices.map(({ value, words }) => (
        <label key={value} class="check">
          <input type="checkbox" name={props.name} value={value} defaultChecked={chosen.includes(value)} />
          <span>{words}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** To the next page, and back to the first. */
export function Pager({ filters, next }: { readonly filters: Filters; readonly next: string | undefined }) {
  const paged = filters.any('cursor');
  if (!paged && next === undefined) return null;
  return (
    <nav class="pager" aria-label="Pages">
      {paged && (
        <button type="button" class="button" onClick={() => filters.set({})}>
          First page
        </button>
      )}
      {next !== undefined && (
        <button type="button" class="button" onClick={() => filters.set({ cursor: next })}>
          Next page
        </button>
      )}
    </nav>
  );
}
