/**
 * Gives the focus back to what had it; where that has gone from the page, as a card's old element does with a move, to the card
 * by which the Tab key comes in: the one that had it last.
 */
export function returnFocus(before: HTMLElement | null): void {
  const isThere = before?.isConnected && before !== document.body;
  const next = isThere ? before : document.querySelector<HTMLElement>('.card a[tabindex="0"]');
  next?.focus({ preventScroll: true });
}
