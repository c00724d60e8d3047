const PATHS = {
  check: 'M5 12.5 10 17.5 19 7',
  cross: 'M6 6 18 18 M18 6 6 18',
  clock: 'M12 6v6l4 2.5 M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z',
  play: 'M8 5.5v13l10.5-6.5Z',
  stop: 'M7 7h10v10H7Z',
  redo: 'M4 12a8 8 0 1 1 2.5 5.8 M4 18v-5h5',
  alert: 'M12 4 2.8 20h18.4Z M12 10v4.5 M12 17.2v.3',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z M12 11v5 M12 7.8v.3',
  chevronUp: 'M5 15 12 8 19 15',
  chevronsUp: 'M5 12 12 5 19 12 M5 19 12 12 19 19',
  minus: 'M5 12h14',
  chevronDown: 'M5 9 12 16 19 9',
  hourglass: 'M7 3h10 M7 21h10 M8 3c0 5 8 6 8 9s-8 4-8 9 M16 3c0 5-8 6-8 9s8 4 8 9',
  home: 'M4 11 12 4 20 11 M6 9.5V20h12V9.5',
  flag: 'M6 21V4 M6 5h12l-2.5 4L18 13H6',
  person: 'M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z M4.5 20.5a7.5 7.5 0 0 1 15 0',
  machine: 'M4 5h6v5H4Z M14 14h6v5h-6Z M7 10v6.5h7',
  list: 'M8 6h12 M8 12h12 M8 18h12 M4 6h.01 M4 12h.01 M4 18h.01',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z M16 16l5 5',
  sun: 'M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Z M12 2v2 M12 20v2 M2 12h2 M20 12h2 M4.9 4.9l1.4 1.4 M17.7 17.7l1.4 1.4 M4.9 19.1l1.4-1.4 M17.7 6.3l1.4-1.4',
  moon: 'M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5Z',
  auto: 'M12 21a9 9 0 1 0 0-18v18Z M12 3a9 9 0 0 1 0 18',
  copy: 'M9 9h11v11H9Z M5 15H4V4h11v1',
  flask: 'M9 3h6 M10 3v6L4.5 19a1.5 1.5 0 0 0 1.3 2h12.4a1.5 1.5 0 0 0 1.3-2L14 9V3 M7.5 15h9',
  arrow: 'M5 12h14 M13 6l6 6-6 6',
  split: 'M4 12h6l8-7 M10 12l8 7',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside words: it says nothing by itself, so screen readers pass it by. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
