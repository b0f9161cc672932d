import type { ComponentChildren } from "preact";

/** A shape for each state, so that none is shown by colour alone. Each is 16 by 16. */
const shapes: Readonly<Record<string, ComponentChildren>> = {
  triage: <circle cx="8" cy="8" r="5.5" stroke-dasharray="2.2 2.1" />,
  todo: <circle cx="8" cy="8" r="5.5" />,
  scheduled: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 5v3.2l2 1.3" />
    </>
  ),
  ready: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M7 5.8 10 8l-3 2.2z" fill="currentColor" />
    </>
  ),
  running: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 4.6a3.4 3.4 0 0 1 0 6.8z" fill="currentColor" stroke="none" />
    </>
  ),
  blocked: (
    <>
      <path d="M8 1.8 14.2 8 8 14.2 1.8 8z" />
      <path d="M8 5.2v3.4M8 10.6v.2" />
    </>
  ),
  review: (
    <>
      <path d="M1.8 8s2.2-4 6.2-4 6.2 4 6.2 4-2.2 4-6.2 4-6.2-4-6.2-4z" />
      <circle cx="8" cy="8" r="1.6" fill="currentColor" />
    </>
  ),
  done: (
    <>
      <circle cx="8" cy="8" r="6.2" fill="currentColor" stroke="none" />
      <path class="on-sign" d="m5.2 8.2 1.9 1.9 3.7-4" />
    </>
  ),
  failed: (
    <>
      <path d="M5.4 1.9h5.2l3.5 3.5v5.2l-3.5 3.5H5.4l-3.5-3.5V5.4z" />
      <path d="m6 6 4 4m0-4-4 4" />
    </>
  ),
  archived: <path d="M2 3.5h12v3H2zM3.2 6.5v6.2h9.6V6.5M6.4 9h3.2" />,
  comments: <path d="M2.5 3h11v7.5H7L4 13.2v-2.7H2.5z" />,
  tries: <path d="M12.8 8a4.8 4.8 0 1 1-1.4-3.4M11.6 1.8v3h-3" />,
  attachments: (
    <path d="M11.5 6.5 7.2 10.8a1.6 1.6 0 0 1-2.3-2.3l4.8-4.8a2.6 2.6 0 0 1 3.7 3.7l-5 5a3.6 3.6 0 0 1-5.1-5.1L7.6 3" />
  ),
  waits: <path d="M4 2h8M4 14h8M5 2v2.6L8 8l3-3.4V2M5 14v-2.6L8 8l3 3.4V14" />,
  children: <path d="M3.5 2.5v6a2 2 0 0 0 2 2H13M10.5 8l2.5 2.5-2.5 2.5" />,
  search: (
    <>
      <circle cx="7" cy="7" r="4.3" />
      <path d="m10.3 10.3 3.4 3.4" />
    </>
  ),
  filter: <path d="M2 4h12M4.5 8h7M7 12h2" />,
  check: <path d="m3 8.5 3.2 3.2L13 4.8" />,
  menu: <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" stroke-width="2.2" />,
  plus: <path d="M8 3v10M3 8h10" />,
  close: <path d="m3.5 3.5 9 9m0-9-9 9" />,
  system: <path d="M2 3h12v8H2zM6 13.5h4" />,
  light: (
    <>
      <circle cx="8" cy="8" r="3" />
      <path d="M8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M12.8 3.2l-1.1 1.1M4.3 11.7l-1.1 1.1" />
    </>
  ),
  dark: <path d="M13.2 9.6A5.6 5.6 0 1 1 6.4 2.8a4.6 4.6 0 0 0 6.8 6.8z" />,
  right: <path d="m6 3 5 5-5 5" />,
  left: <path d="m10 3-5 5 5 5" />,
  down: <path d="m3 6 5 5 5-5" />,
  link: (
    <path d="M6.5 9.5a3 3 0 0 0 4.2 0l2.4-2.4a3 3 0 0 0-4.2-4.2l-.9.9M9.5 6.5a3 3 0 0 0-4.2 0L2.9 8.9a3 3 0 0 0 4.2 4.2l.9-.9" />
  ),
  edit: <path d="M10.8 2.6 13.4 5.2 5.4 13.2l-3.2.6.6-3.2z" />,
  columns: <path d="M2 3h3.2v10H2zM6.4 3h3.2v10H6.4zM10.8 3H14v10h-3.2z" />,
};

/** @param title for screen readers; leave it out where the words beside the sign say the same */
export function Sign({ of, title }: { readonly of: string; readonly title?: string }) {
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: it has a label, or is hidden.
    <svg
      class={`sign sign-${of}`}
      viewBox="0 0 16 16"
      {...(title === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": title })}
    >
      {shapes[of] ?? shapes.todo}
    </svg>
  );
}
