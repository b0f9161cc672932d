import { effect, signal } from "@preact/signals";
import { noticeOf } from "../../../board/notice.ts";
import { boardPath, call } from "./api.ts";
import { readableBoards } from "./boards.ts";
import { type Batch, followBoard } from "./live.ts";
import { addressOf, go } from "./location.ts";
import { toast } from "./toasts.ts";

/** Kept in this browser alone. */
const kept = "notify";

/** Whether the browser tells of what needs a person while the page is not looked at. */
export const isNotifying = signal(localStorage.getItem(kept) === "on" && isAllowed());

/** False where the browser knows no such thing, as over plain http from another machine. */
export function canNotify(): boolean {
  return "Notification" in window && window.isSecureContext;
}

function isAllowed(): boolean {
  return canNotify() && Notification.permission === "granted";
}

/** Turns it on or off; the browser asks the person first. */
export async function setNotifying(isOn: boolean): Promise<void> {
  if (isOn && canNotify()) await Notification.requestPermission();
  if (isOn && !isAllowed()) {
    toast("The browser does not allow it", {
      isBad: true,
      lines: ["allow notifications of this page there"],
    });
    return;
  }
  isOn ? localStorage.setItem(kept, "on") : localStorage.removeItem(kept);
  isNotifying.value = isOn;
  watchNotices();
}

let isWatching = false;

/** Begins: all boards of the home are followed while it is on. */
export function watchNotices(): void {
  if (isWatching) return;
  isWatching = true;
  let key = "";
  let ends: readonly (() => void)[] = [];
  effect(() => {
    const slugs = isNotifying.value ? readableBoards() : [];
    if (slugs.join(" ") === key) return;
    key = slugs.join(" ");
    for (const end of ends) end();
    ends = slugs.map(follow);
  });
}

/** From now on. */
function follow(board: string): () => void {
  let isOver = false;
  let end = () => {};
  const begin = async () => {
    const { last_event_id } = await call<{ last_event_id: number }>(
      "GET",
      `${boardPath(board, "events")}?limit=1`,
    );
    if (!isOver) end = followBoard(board, last_event_id, tell, () => {});
  };
  begin().catch(() => {}); // a board that cannot be read sends no notifications
  return () => {
    isOver = true;
    end();
  };
}

const needing: ReadonlySet<string> = new Set(["blocked", "review", "triage"]);

/** A visible page has its badge instead. Several tabs notify once: the browser compares the tags. */
function tell({ board, events, cards }: Batch): void {
  if (document.hasFocus()) return;
  for (const event of events) {
    const notice = noticeOf(event);
    const card = cards.find(({ id }) => id === event.task_id);
    // It may have been settled since, by another.
    if (notice?.kind !== "needs-you" || card === undefined || !needing.has(card.status)) continue;
    const made = new Notification(card.title, { body: notice.text, tag: `${board} ${event.id}` });
    made.onclick = () => {
      window.focus();
      go(addressOf(board, `/t/${card.id}`));
      made.close();
    };
  }
}
