import { useEffect, useMemo, useRef } from 'preact/hooks';
import { layOutDefinition, linesOf } from '../definition-lines.ts';

interface Props {
  readonly text: string;
  /** JSON pointers whose lines are marked; the first is scrolled to. */
  readonly pointers: readonly string[];
}

/** A definition with line numbers; what the pointers name is marked. */
export function DefinitionView({ text, pointers }: Props) {
  const lines = useMemo(() => layOutDefinition(text), [text]);
  const marked = useRef<HTMLLIElement>(null);
  const wanted = pointers.join(' ');
  const ranges = useMemo(
    () => pointers.flatMap((pointer) => (lines === undefined ? [] : [linesOf(lines, pointer) ?? []])),
    [lines, wanted],
  );
  const firstMarked = ranges.find((range) => range.length === 2)?.[0];
  useEffect(() => {
    if (firstMarked !== undefined) scrollInside(marked.current);
  }, [firstMarked, text]);

  if (lines === undefined) {
    return (
      <section
        class="definition"
        aria-label="Definition, as it is"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        <pre>{text}</pre>
      </section>
    );
  }
  const isMarked = (line: number) =>
    ranges.some(([from, to]) => from !== undefined && to !== undefined && line >= from && line <= to);
  return (
    <section
      class="definition"
      aria-label="Definition"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <ol>
        {lines.map((line, index) => (
          <li
            key={`${line.pointer} ${index}`}
            ref={index === firstMarked ? marked : null}
            class={isMarked(index) ? 'marked' : undefined}
            title={line.pointer}
          >
            <code>
              {'  '.repeat(line.depth)}
              {line.pieces.map((piece, at) => (
                <span key={at} class={`json-${piece.kind}`}>
                  {piece.text}
                </span>
              ))}
            </code>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Scrolls the definition alone, not the page, so that the line stands in its upper third. */
function scrollInside(line: HTMLElement | null): void {
  const frame = line?.closest('.definition');
  if (!line || !frame) return;
  const offset = line.getBoundingClientRect().top - frame.getBoundingClientRect().top;
  frame.scrollTop += offset - frame.clientHeight / 3;
}
