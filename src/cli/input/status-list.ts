import { BoardError } from "../../board/error.ts";
import { type TaskStatus, taskStatuses } from "../../board/task.ts";
import { nearestName } from "../../system/text/nearest-name.ts";
import { otherStatuses } from "./status-words.ts";

/** Statuses as they are typed, with commas between them. @throws {BoardError} usage for one that there isn't */
export function statusList(text: string): readonly TaskStatus[] {
  return text.split(",").map((word) => {
    const known = taskStatuses.find((one) => one === word.trim().toLowerCase());
    if (known !== undefined) return known;
    const typed = word.trim().toLowerCase();
    const meant = otherStatuses.get(typed) ?? nearestName(typed, taskStatuses);
    throw new BoardError("usage", `there is no status ${JSON.stringify(word)}`, {
      hint: meant === null ? `use one of ${taskStatuses.join(", ")}` : `did you mean \`${meant}\`?`,
    });
  });
}
