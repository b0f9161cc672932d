import { shellWord } from "../../system/text/shell-word.ts";
import type { GlobalOptions } from "../input/global-options.ts";
import { programName } from "./program-name.ts";

type Given = Pick<GlobalOptions, "home" | "board">;

/** A command of ours as it must be typed to mean the same program, home and board: with the options that were given now. */
export function typedCommand(command: string, { home, board }: Given): string {
  if (!/^kanbun\b/.test(command)) return command;
  // These name their board themselves.
  const isOfBoard = !/^kanbun (boards|init)\b/.test(command);
  const given = [["--board", isOfBoard ? board : undefined] as const, ["--home", home] as const].flatMap(
    ([option, value]) =>
      value === undefined || command.includes(`${option} `) ? [] : ` ${option} ${shellWord(value)}`,
  );
  return command.replace("kanbun", programName) + given.join("");
}

/** The same for each command that a text names between backquotes. */
export function typedCommandsIn(text: string, given: Given): string {
  return text.replaceAll(
    /`(kanbun [^`\n]*)`/g,
    (_, command: string) => `\`${typedCommand(command, given)}\``,
  );
}
