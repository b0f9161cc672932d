import type { SearchHit } from "../../home/search/search.ts";
import type { LogHit } from "../../home/search/search-logs.ts";
import type { Screen } from "./screen.ts";
import { paintStatus } from "./task-text.ts";
import { cut, visibleLine } from "./visible.ts";

/** A task that was found: its title, and the line in which. */
export function formatHit({ task, found }: SearchHit, screen: Screen): string {
  const where = found === null || found.field === "title" ? null : `${found.field}: ${found.text}`;
  return formatFound(task, where, screen);
}

export function formatLogHit({ task, runId, line }: LogHit, screen: Screen): string {
  return formatFound(task, `run ${runId}: ${line}`, screen);
}

function formatFound(task: SearchHit["task"], where: string | null, screen: Screen): string {
  const room = Math.max(20, screen.columns - task.id.length - task.status.length - 4);
  const title = screen.paint("bold", cut(visibleLine(task.title), room));
  const head = `${visibleLine(task.id)}  ${paintStatus(task.status, screen)}  ${title}\n`;
  if (where === null) return head;
  return `${head}    ${screen.paint("dim", cut(visibleLine(where), Math.max(20, screen.columns - 4)))}\n`;
}
