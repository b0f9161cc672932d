import type { Notices, Tested } from "../../home/notices/notices.ts";
import type { Subscription } from "../../store/notice.ts";
import { formatTime } from "../../system/text/when.ts";
import type { Screen } from "./screen.ts";
import { formatTable } from "./table.ts";
import { visibleLine } from "./visible.ts";

/** Who is told, what is wrong with whom, and what was told last. */
export function formatNotices({ targets, deliveries }: Notices, screen: Screen): string {
  const rows = targets.map((target) => [
    visibleLine(target.name),
    target.by,
    target.isOfBoard ? target.on.join(", ") : screen.paint("dim", "not this board"),
    String(target.waiting),
    String(target.failed),
    target.lastDeliveredAtMs === null ? "never" : formatTime(target.lastDeliveredAtMs),
  ]);
  const head = ["target", "by", "on", "waiting", "failed", "last delivered"];
  const problems = targets.flatMap(({ name, problem, error, nextTryAtMs }) => {
    const why = problem ?? error;
    if (why === null) return [];
    const next = problem !== null || nextTryAtMs === null ? "" : `; next try at ${formatTime(nextTryAtMs)}`;
    return [`  ${screen.paint("red", "problem")} ${visibleLine(`${name}: ${why}`)}${next}\n`];
  });
  const told = deliveries.map((one) => [
    formatTime(one.deliveredAtMs ?? one.createdAtMs),
    visibleLine(one.target),
    screen.paint(one.state === "delivered" ? "green" : one.state === "failed" ? "red" : "yellow", one.state),
    String(one.tries),
    visibleLine(one.taskId),
    visibleLine(one.text),
  ]);
  const list = formatTable(told, screen, {
    head: ["at", "target", "state", "tries", "task", "text"],
    right: [3],
  });
  return `${formatTable(rows, screen, { head, right: [3, 4] })}${problems.join("")}${list === "" ? "" : `\n${list}`}`;
}

export function formatTested(tested: readonly Tested[], screen: Screen): string {
  return tested
    .map(({ target, error }) =>
      error === null
        ? `${screen.paint("green", "received")}  ${visibleLine(target)}\n`
        : `${screen.paint("red", "failed")}    ${visibleLine(`${target}: ${error}`)}\n`,
    )
    .join("");
}

export function formatSubscriptions(subscriptions: readonly Subscription[], screen: Screen): string {
  const rows = subscriptions.map((one) => [
    visibleLine(one.taskId),
    visibleLine(one.platform),
    visibleLine(one.chatId),
    visibleLine(one.threadId || "-"),
    formatTime(one.createdAtMs),
  ]);
  return formatTable(rows, screen, { head: ["task", "platform", "chat", "thread", "since"] });
}
