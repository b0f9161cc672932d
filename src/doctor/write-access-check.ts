import { join } from "node:path";
import { findOtherWriters } from "../system/files/write-access.ts";
import { boardPaths } from "../system/home/board-paths.ts";
import { shellWord } from "../system/text/shell-word.ts";
import { type Check, CheckOf, listSome } from "./check.ts";
import type { DoctorContext } from "./context.ts";

/** Whether only its owner can write what decides which programs run: settings, programs, boards, the folders above. */
export function checkWriteAccess({ home, allBoards }: Pick<DoctorContext, "home" | "allBoards">): Check {
  const check = new CheckOf("write_access");
  const below = ["", "kanbun.toml", "kanban", "kanban/bin", "kanban/bin/kanbun", "kanban/boards"];
  const boards = allBoards
    .map((slug) => boardPaths(home, slug))
    .flatMap(({ root, database }) => [root, database]);
  const paths = [...new Set([...below.map((name) => join(home, name)), ...boards])];
  const open = paths.filter((path) => findOtherWriters(path) === "everyone");
  const shared = paths.filter((path) => findOtherWriters(path) === "its group");
  if (open.length > 0)
    return check.problem(
      `everyone can write ${listSome(open)}, and so decide what runs here`,
      change("o-w", open),
    );
  if (shared.length > 0)
    return check.warning(
      `its group can write ${listSome(shared)}, and so decide what runs here`,
      change("g-w", shared),
    );
  return check.ok("only its owner can write what decides what runs here");
}

function change(mode: string, paths: readonly string[]): string {
  return `chmod ${mode} ${paths.map(shellWord).join(" ")}`;
}
