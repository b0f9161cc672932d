import { existsSync } from "node:fs";
import { BoardError } from "../../board/error.ts";
import { shellWord } from "../../system/text/shell-word.ts";
import type { Place } from "../session/place.ts";

/** Of a home without any board: where it was looked for, and what to type. */
export function noBoard(place: Pick<Place, "home" | "homeSource">): BoardError {
  const { home, homeSource } = place;
  if (homeSource === "usual")
    return new BoardError(
      "not_found",
      `there is no board yet: no .kanbun in this folder or above it, and no board in ${home}`,
      {
        hint: 'start with `kanbun run "echo hello"`, or make a home for this folder with `kanbun init`',
      },
    );
  const named = homeSource === "environment" ? "KANBUN_HOME" : "--home";
  const what = existsSync(home)
    ? `there is no board in ${home}`
    : `there is no folder ${home}, which ${named} names`;
  return new BoardError("not_found", what, {
    hint: `make one with \`${initCommand(place)}\`, or give another home with --home`,
  });
}

/** What makes the default board of this very home. Where it was named, it is named again, or still. */
export function initCommand({ home, homeSource }: Pick<Place, "home" | "homeSource">): string {
  return homeSource === "folder" || homeSource === "usual"
    ? `kanbun init --home ${shellWord(home)}`
    : "kanbun init";
}
