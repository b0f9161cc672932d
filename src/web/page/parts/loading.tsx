/** Said only where it takes a moment: what comes at once needs no word. */
export function Loading() {
  return <p class="plain-note loading">loading…</p>;
}
