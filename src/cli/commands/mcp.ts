import { resolve } from "node:path";
import type { Command } from "commander";
import packageJson from "../../../package.json" with { type: "json" };
import { BoardError } from "../../board/error.ts";
import { replaceFile, throughLinks } from "../../system/files/replace-file.ts";
import { nearestName } from "../../system/text/nearest-name.ts";
import { shellWord } from "../../system/text/shell-word.ts";
import { addExamples, type CliContext } from "../input/command.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .command("serve", { isDefault: true })
    .description("Serve the board on standard input and output.")
    .action(async () => {
      const { serveBoard } = await import("../../mcp/stdio.ts");
      await serveBoard(cli.home, packageJson.version);
    });
  command
    .command("install")
    .description("Show how a client is told of this board.")
    .argument("<client>", "claude, codex, gemini, cursor, vscode or opencode")
    .option("--write", "tell it: run its command, or change its file here")
    .action((name: string, { write = false }: { write?: boolean }) => installFor(cli, name, write));
  addExamples(command, "kanbun mcp", "kanbun mcp install claude", "kanbun mcp install cursor --write");
}

async function installFor(cli: CliContext, name: string, write: boolean): Promise<void> {
  const { mcpClients } = await import("../../mcp/clients.ts");
  const client = mcpClients[name];
  if (client === undefined) {
    const near = nearestName(name, Object.keys(mcpClients));
    throw new BoardError("usage", `there is no client ${JSON.stringify(name)}`, {
      hint: near === null ? `use one of ${Object.keys(mcpClients).join(", ")}` : `did you mean \`${near}\`?`,
    });
  }
  // The client starts it from wherever it is: home and board are said.
  const server = ["kanbun", "mcp", "--home", cli.place.home, "--board", cli.place.board];
  const { title, way } = client;
  if (way.kind === "command") {
    const words = way.command(server);
    if (write) runOrExplain(words);
    return cli.output.answer({ client: name, command: words, isWritten: write }, () =>
      write ? `${title} knows the board now\n` : `${typed(words)}\n`,
    );
  }
  const { withEntry } = await import("../../mcp/client-file.ts");
  const path = throughLinks(resolve(way.path));
  const text = withEntry(path, way.keys, way.entry(server));
  if (write) replaceFile(path, text);
  return cli.output.answer({ client: name, path, text, isWritten: write }, () =>
    write ? `${title} knows the board now, by ${path}\n` : `${path}:\n${text}`,
  );
}

function typed(words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}

function runOrExplain(words: readonly string[]): void {
  const [program = ""] = words;
  if (Bun.which(program) === null)
    throw new BoardError("unsupported", `${program} is not on the PATH`, {
      hint: `where it is: ${typed(words)}`,
    });
  const { exitCode, stderr } = Bun.spawnSync([...words], { stdout: "ignore", stderr: "pipe" });
  if (exitCode !== 0)
    throw new BoardError("unsupported", `${program} ended with ${exitCode}: ${stderr.toString().trim()}`);
}
