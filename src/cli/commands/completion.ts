import type { Command } from "commander";
import { completionScripts, type Shell, shells } from "../completion/scripts.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { oneOf } from "../input/option-values.ts";
import { cut, visibleLine } from "../text/visible.ts";

/** Typed by the scripts and not by people: it lists the words that may be at the cursor. */
const candidatesWord = "candidates";
const columnsMax = 60;

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .usage(`<${shells.join("|")}>`)
    .argument("<shell>", "the shell that is to complete kanbun", oneOf([...shells, candidatesWord]))
    .argument("[index]")
    .argument("[words...]")
    .action(async (shell: Shell | typeof candidatesWord, index = "0", words: readonly string[] = []) => {
      if (shell === candidatesWord) return answerCandidates(Number(index), words, cli);
      const script = completionScripts[shell];
      await cli.output.answer({ shell, script }, () => script, { isRaw: true });
    });
  command.addHelpText(
    "after",
    `
It completes commands, options, boards, profiles, hosts, labels, and task ids with their titles. Once for this shell, or in its start-up file
for all:`,
  );
  addExamples(
    command,
    "kanbun completion fish | source       in ~/.config/fish/config.fish",
    "source <(kanbun completion bash)      in ~/.bashrc",
    "source <(kanbun completion zsh)       in ~/.zshrc",
    "kanbun completion powershell | Out-String | Invoke-Expression      in $PROFILE",
  );
}

/** A line for each word, with what is shown beside it after a tab. @param index of the word at the cursor */
async function answerCandidates(index: number, words: readonly string[], cli: CliContext): Promise<void> {
  const { findCandidates } = await import("../completion/candidates.ts");
  const plain = words.map((word) => word.replace(/^(["'])(.*)\1$/, "$2").replace(/^["']/, ""));
  const found = await findCandidates(plain.slice(0, index), plain[index] ?? "", cli);
  const { paths } = found;
  await cli.output.answer(found, () =>
    [
      ...found.words.map(
        ({ value, text }) =>
          `${[value, ...(text === "" ? [] : [cut(visibleLine(text), columnsMax)])].join("\t")}\n`,
      ),
      ...(paths === null ? [] : [`:${paths}\n`]),
    ].join(""),
  );
}
