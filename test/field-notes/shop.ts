import { Database } from "bun:sqlite";
import { join } from "node:path";

import { boardPaths } from "../../src/system/home/board-paths.ts";
import { CommandLine, mainPath } from "../cli/command-line.ts";

/** A home whose board is `shop`, which is not the one that a command means by itself, in a folder with a space. */
export class Shop {
  readonly kanbun: CommandLine;
  readonly #given: readonly string[];

  private constructor(kanbun: CommandLine) {
    this.kanbun = kanbun;
    this.#given = ["--home", kanbun.home, "--board", "shop"];
  }

  static async open(config = ""): Promise<Shop> {
    const first = await CommandLine.init(`[dispatch]\nretry_delay = "1h"\n${config}`);
    const kanbun = new CommandLine(first.home);
    await kanbun.ok("boards", "create", "shop");
    return new Shop(kanbun);
  }

  ok(...args: string[]): Promise<string> {
    return this.kanbun.ok(...args, ...this.#given);
  }

  async create(...args: string[]): Promise<string> {
    return (await this.ok("create", ...args)).trim();
  }

  async explain(id: string) {
    return (await this.kanbun.json(["explain", id, ...this.#given, "--as", "ada"])).data;
  }

  /** Without any option of its own: what was suggested must name home and board itself. */
  async type(command: string) {
    const child = await this.#spawn(command);
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    return { code: await child.exited, stdout, stderr };
  }

  /** The same of a command that does not end by itself. */
  async start(command: string) {
    const child = await this.#spawn(command);
    let said = "";
    const reading = (async () => {
      for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) said += chunk;
    })();
    return {
      said: () => said,
      async [Symbol.asyncDispose]() {
        child.kill();
        await child.exited;
        await reading;
      },
    };
  }

  async #spawn(command: string) {
    const environment = {
      PATH: `${join(this.kanbun.home, "bin")}:${process.env.PATH}`,
      HOME: "/nonexistent",
      KANBUN_ACTOR: "ada",
    };
    await Bun.write(
      join(this.kanbun.home, "bin", "kanbun"),
      `#!/bin/sh\nexec ${process.execPath} ${mainPath} "$@"\n`,
    );
    await Bun.spawn(["chmod", "+x", join(this.kanbun.home, "bin", "kanbun")]).exited;
    return Bun.spawn(["sh", "-c", `exec ${command}`], {
      env: environment,
      cwd: "/",
      stdout: "pipe",
      stderr: "pipe",
    });
  }

  sql(statement: string, ...values: (string | number | null)[]): void {
    using db = new Database(boardPaths(this.kanbun.home, "shop").database);
    db.run("PRAGMA busy_timeout = 5000");
    db.run(statement, values);
  }

  /** Ticks until nothing of the board's runs any more. */
  async drain(): Promise<void> {
    await this.ok("dispatch", "--drain", "--exit-zero");
  }
}
