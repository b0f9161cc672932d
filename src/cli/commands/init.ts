import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import { configTemplate } from "../../home/config-template.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import { addExamples, type CliContext } from "../command.ts";
import { visibleLine } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .option("--name <text>", "a name for the default board, for people")
    .option("--force", "also on a network file system, where boards are not safe")
    .action(async ({ name, force }: { name?: string; force?: boolean }) => {
      const { home, boardSource, board } = cli.place;
      if (boardSource === "flag" && board !== "default")
        throw new BoardError("usage", "init makes a home with its default board", {
          hint: `for another board: \`kanbun boards create ${board}\``,
        });
      const { boardPaths, listBoardSlugs } = await import("../../system/board-paths.ts");
      (await import("../../home/safe-disk.ts")).requireSafeDisk(home, { force });
      const created = !safeList(listBoardSlugs, home).includes("default");
      await using _session = await cli.open("create", "default");
      const paths = boardPaths(home, "default");
      if (name !== undefined) await nameBoard(paths, name);
      const config = join(home, "kanbun.toml");
      const wroteConfig = writeIfMissing(config, configTemplate);
      await cli.output.answer({ home, database: paths.database, config, created, wroteConfig }, () =>
        [
          `${created ? "made" : "found"} the default board in ${visibleLine(home)}`,
          `  ${wroteConfig ? "settings, all of them optional" : "settings"}: ${visibleLine(config)}`,
          `  next: kanbun create "Say hello" --run "echo hello" && kanbun dispatch`,
          "",
        ].join("\n"),
      );
    });
  addExamples(
    command,
    "kanbun init",
    "kanbun init --home .kanbun      a home for this folder and those below it",
  );
}

function safeList(list: (home: string) => readonly string[], home: string): readonly string[] {
  try {
    return list(home);
  } catch {
    // Opening the board says what is wrong with the home, and what to do about it.
    return [];
  }
}

async function nameBoard(paths: { slug: string; metadata: string }, name: string): Promise<void> {
  const { writeBoardMetadata } = await import("../../system/board-metadata.ts");
  writeBoardMetadata(paths, { name });
}

/** Exclusive: of two that start at once neither overwrites what a person wrote. False when there was one. */
function writeIfMissing(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") return false;
    throw error;
  }
}
