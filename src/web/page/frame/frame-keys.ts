import { views } from "../routes.ts";
import { tickNow } from "../store/act.ts";
import { board } from "../store/current.ts";
import type { Key } from "../store/keys.ts";
import { addressOf, go } from "../store/location.ts";
import { panel } from "../store/panel.ts";
import { nextTheme } from "../store/preferences.ts";
import { isReader } from "../store/session.ts";
import { undo } from "../store/undo.ts";

/** The keys that work in every view. */
export const frameKeys: readonly Key[] = [
  { keys: ["?"], title: "this list", run: () => show("keys") },
  { keys: ["Ctrl+k"], title: "find a task or a command", run: () => show("palette") },
  { keys: ["/"], title: "search", run: () => document.querySelector<HTMLElement>("#search")?.focus() },
  { keys: ["c"], title: "new task", run: () => !isReader() && show("new-task") },
  { keys: ["z", "Ctrl+z"], title: "take back what was done last", run: takeBack },
  {
    keys: ["t"],
    title: "tick now: record what ended, start what is ready",
    run: () => !isReader() && void tickNow(),
  },
  { keys: ["y"], title: "theme: system, light, dark", run: nextTheme },
  ...views.map(
    ({ key, title, path }): Key => ({
      keys: [`g ${key}`],
      title: title.toLowerCase(),
      run: () => go(addressOfView(path)),
    }),
  ),
];

/** The address of a view of the shown board. */
export function addressOfView(path: string): string {
  return path.startsWith("/b/:board") ? addressOf(board.peek() ?? "", path.slice("/b/:board".length)) : path;
}

function show(name: "keys" | "palette" | "new-task"): void {
  panel.value = name;
}

function takeBack(): void {
  undo.peek()?.();
}
