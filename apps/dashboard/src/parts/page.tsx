import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

interface Props {
  /** The page's heading, and the browser's title. */
  readonly title: string;
  /** What kind of thing it is, above the heading: `Execution`. */
  readonly kind?: string;
  /** Beside the heading. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** One page: its title, its heading, its content. */
export function Page({ title, kind, aside, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Steptrail`;
  }, [title]);
  return (
    <>
      <header class="page-head">
        <div>
          {kind !== undefined && <p class="kind">{kind}</p>}
          <h1 class="breakable">{title}</h1>
        </div>
        {aside !== undefined && <div class="page-aside">{aside}</div>}
      </header>
      {children}
    </>
  );
}

/** A part of a page under its own heading. */
export function Section(props: {
  readonly title: string;
  readonly id?: string;
  readonly aside?: ComponentChildren;
  readonly flush?: boolean;
  readonly children: ComponentChildren;
}) {
  const id = props.id ?? props.title.toLowerCase().replace(/\W+/g, '-');
  return (
    <section class={props.flush === true ? 'card flush' : 'card'} id={id} aria-labelledby={`${id}-title`}>
      <header class="card-head">
        <h2 id={`${id}-title`}>{props.title}</h2>
        {props.aside}
      </header>
      {props.children}
    </section>
  );
}

/** Facts as pairs of name and value. */
export function Facts({ children }: { readonly children: ComponentChildren }) {
  return <dl class="facts">{children}</dl>;
}

export function Fact(props: {
  readonly name: string;
  /** For long values, such as ARNs. */
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}) {
  const { name, wide = false, children } = props;
  return (
    <div class={wide ? 'wide' : undefined}>
      <dt>{name}</dt>
      <dd class="breakable">{children}</dd>
    </div>
  );
}
