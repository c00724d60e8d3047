import { clockWords } from '../time-words.ts';

const INSTANT = /(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z)/;

/** A sentence of the API, its times in the zone of this browser. */
export function Prose({ text }: { readonly text: string }) {
  return (
    <>
      {text.split(INSTANT).map((part, index) =>
        index % 2 === 0 ? (
          part
        ) : (
          <time key={part + index} dateTime={part} title={part} class="nowrap">
            {clockWords(Date.parse(part))}
          </time>
        ),
      )}
    </>
  );
}
