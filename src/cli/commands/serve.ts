import type { Command } from "commander";
import packageJson from "../../../package.json" with { type: "json" };
import { BoardError } from "../../board/error.ts";
import { KanbunHome } from "../../home/kanbun-home.ts";
import type { Served } from "../../web/serve.ts";
import { Troubles } from "../dispatch/troubles.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { wholeNumber } from "../input/option-values.ts";
import { untilInterrupted } from "../input/until-interrupted.ts";

interface ServeFlags {
  readonly port?: number;
  readonly host?: string;
  readonly allowHost?: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly open?: true;
  readonly dispatch?: true;
  readonly readOnly?: true;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .option("--port <n>", "default: 4280, or any other where that is taken; 0: any", wholeNumber(0, 65_535))
    .option("--host <address>", "listen there; default: this machine alone")
    .option("--allow-host <name...>", "another name by which it may be called")
    .option("--tls-cert <file>", "serve https with this certificate")
    .option("--tls-key <file>", "and its key")
    .option("--open", "open it in the browser")
    .option("--dispatch", "dispatch as well, like `kanbun dispatch --watch`")
    .option("--read-only", "let no one change anything")
    .action((flags: ServeFlags) => run(flags, cli));
  addExamples(
    command,
    "kanbun serve --open",
    "kanbun serve --dispatch         and work the boards off",
    "kanbun serve --read-only --json",
  );
}

async function run(flags: ServeFlags, cli: CliContext): Promise<void> {
  requireNoWorker(cli);
  const { serveHome } = await import("../../web/serve.ts");
  const { mcpHandler } = await import("../../mcp/http.ts");
  const stopped = new AbortController();
  const served = await serveHome(cli.home, {
    port: flags.port,
    host: flags.host,
    allowHosts: flags.allowHost,
    tls: readTls(flags),
    isReadOnly: flags.readOnly,
    isDispatching: flags.dispatch,
    mcp: mcpHandler(cli.home, packageJson.version, stopped.signal),
  });
  try {
    const { url, token } = served;
    const address = `${url}#token=${token}`;
    if (served.isOpenToOthers)
      cli.output.note(
        "without TLS others can read what is sent, the token too: give --tls-cert and --tls-key",
      );
    await cli.output.line({ url, token, pid: process.pid }, () => address);
    if (flags.open && !(await import("../text/open-address.ts")).tryOpenAddress(address))
      cli.output.note("no browser can be opened from here: open the address by hand");
    await untilInterrupted((signal) =>
      flags.dispatch ? dispatch(cli, served, signal) : untilAborted(signal),
    );
  } finally {
    stopped.abort();
    await served.stop();
  }
}

function dispatch(cli: CliContext, served: Served, signal: AbortSignal): Promise<void> {
  const troubles = new Troubles(cli);
  return new KanbunHome(cli.home).watch({
    signal,
    onReport: (report) => {
      served.noteTick(report);
      if (!report.skippedLocked) troubles.end(report.board);
    },
    onError: (board, error) => troubles.tell(board, error),
  });
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve());
  if (!signal.aborted) await promise;
}

/** What comes in by the server would be taken for the word of that worker. */
function requireNoWorker({ env }: CliContext): void {
  if (!env.KANBUN_TOKEN) return;
  throw new BoardError("usage", "a worker serves no board", { hint: "start it outside of a task" });
}

function readTls({ tlsCert: cert, tlsKey: key }: ServeFlags) {
  if (cert === undefined && key === undefined) return undefined;
  if (cert !== undefined && key !== undefined) return { cert, key };
  throw new BoardError("usage", "a certificate needs its key", { hint: "give --tls-cert and --tls-key" });
}
