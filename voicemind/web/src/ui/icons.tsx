import type { ReactElement } from "react";

// 24-pixel line drawings; purely decorative, so hidden from screen readers: the button they stand in has a name.
const PATHS = {
  mic: "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3Z M5.5 11a6.5 6.5 0 0 0 13 0 M12 17.5V21",
  micOff:
    "M9 9v2a3 3 0 0 0 4.6 2.5 M15 11V6a3 3 0 0 0-5.7-1.3 M5.5 11a6.5 6.5 0 0 0 10.3 5.3 M18 13.5a6.5 6.5 0 0 0 .5-2.5 M12 17.5V21 M4 4l16 16",
  ear: "M7 9a5 5 0 0 1 10 0c0 3.5-3.5 4.5-3.5 8a3 3 0 0 1-5.5 1.6 M10 9.5a2 2 0 0 1 4 0c0 1.2-1 1.8-1.6 2.4",
  earOff:
    "M7.4 7a5 5 0 0 1 9.6 2c0 1.7-.8 2.8-1.7 3.8 M13.5 16.5a3 3 0 0 1-5.5 2.1 M10 9.5a2 2 0 0 1 4 0 M4 4l16 16",
  leave: "M14 4h4a1.5 1.5 0 0 1 1.5 1.5v13A1.5 1.5 0 0 1 18 20h-4 M10 8l-4 4 4 4 M6 12h9",
  download: "M12 4v10 M8 10.5l4 4 4-4 M5 19.5h14",
  link: "M9.5 14.5l5-5 M11 7l1.8-1.8a4 4 0 0 1 5.7 5.7L16.5 13 M13 17l-1.8 1.8a4 4 0 0 1-5.7-5.7L7.5 11",
  play: "M8 5.5v13l10.5-6.5Z",
  pause: "M8.5 6v12 M15.5 6v12",
  check: "M5 12.5l4.5 4.5L19 7.5",
  close: "M6 6l12 12 M18 6L6 18",
  edit: "M4.5 19.5l1-4L16 5a2 2 0 0 1 3 3L8.5 18.5l-4 1Z M14 7l3 3",
  pin: "M9 4h6l-.8 5.5L17 13H7l2.8-3.5L9 4Z M12 13v7",
  up: "M6 14.5l6-6 6 6",
  down: "M6 9.5l6 6 6-6",
  trash: "M5 7h14 M9.5 7V4.5h5V7 M7 7l.8 12.5h8.4L17 7",
  plus: "M12 5v14 M5 12h14",
  quote: "M5 7h14 M5 12h14 M5 17h8",
  board: "M4 5.5h16v11H4Z M9 20.5l3-4 3 4",
  list: "M9 6.5h11 M9 12h11 M9 17.5h11 M4.5 6.5h.01 M4.5 12h.01 M4.5 17.5h.01",
  spark: "M12 4l1.8 5.2L19 11l-5.2 1.8L12 18l-1.8-5.2L5 11l5.2-1.8L12 4Z M18.5 16.5v4 M16.5 18.5h4",
  panel: "M4 5h16v14H4Z M14.5 5v14",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Z M15.3 15.3L20 20",
  quiet: "M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7Z",
  upload: "M12 15V5 M8 8.5l4-4 4 4 M5 15.5V19h14v-3.5",
  people:
    "M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11Z M3 19.5c.4-3.4 2.8-5.3 6-5.3s5.6 1.9 6 5.3 M15.5 5a3 3 0 0 1 0 5.8 M17.5 14.6c2 .7 3.2 2.3 3.5 4.9",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** Four bars of a voice: the mark of the product. */
export function Logo(): ReactElement {
  return (
    <svg className="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="9" />
      <path d="M8 14v4M13 10v12M18 13v6M23 8v16" />
    </svg>
  );
}
