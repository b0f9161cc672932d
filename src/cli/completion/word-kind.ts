import { type BlockKind, taskStatuses } from "../../board/task.ts";
import type { WordKind } from "./candidate.ts";
import { shells } from "./scripts.ts";

const blockKinds: readonly BlockKind[] = ["needs_input", "capability", "transient"];

/** By the names that the help has for values and arguments. */
const byName: Readonly<Record<string, WordKind>> = {
  task: "task",
  tasks: "task",
  parent: "task",
  children: "task",
  // Ids, and then a text.
  words: "task",
  slug: "board",
  profile: "profile",
  host: "host",
  label: "label",
  dir: "folders",
  file: "files",
  path: "files",
  status: { words: taskStatuses },
  kind: { words: blockKinds },
  shell: { words: shells },
  where: { words: ["scratch", "worktree", "worktree:", "dir:", "dir:."] },
};

/** @param name such as `task` or `status,…` @param owner the option, or the command of an argument: `--profile`, `profiles` */
export function wordKind(name: string, owner: string): WordKind {
  if (owner === "assign" && !name.startsWith("status")) return "task or profile";
  if (owner === "--profile" || owner === "profiles") return "profile";
  if (owner === "--host") return "host";
  const key = name.replace(/(,?…|\.\.\.)$/, "");
  return Object.hasOwn(byName, key) ? (byName[key] ?? "other") : "other";
}
