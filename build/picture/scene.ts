import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const mainPath = resolve(import.meta.dir, "../../src/cli/main.ts");
const config = `[dispatch]
max_in_progress = 2
retry_delay = "10m"
[profiles.claude]
command = ["sh", "-c", "{body}"]
completes = "on-exit"
[profiles.codex]
command = ["sh", "-c", "{body}"]
completes = "on-exit"
`;
const tests = 'for i in $(seq 1 99); do echo "PASS test/board/task-$i.test.ts"; sleep 1; done';
const parser =
  "echo 'reading src/parser.ts'; sleep 2; echo 'editing src/parser.ts, 3 of 7 places'; sleep 600";

/** A board of real commands, of each kind of task one or two, worked on for a moment. */
export class Scene implements Disposable {
  readonly home = mkdtempSync(join(tmpdir(), "kanbun-picture-"));
  readonly env: Record<string, string>;

  constructor() {
    writeFileSync(join(this.home, "kanbun.toml"), config);
    const { PATH = "" } = process.env;
    this.env = { PATH, HOME: this.home, KANBUN_HOME: this.home, KANBUN_ACTOR: "you", TERM: "xterm-256color" };
    this.run("init");
    this.run("create", "Set up the project", "--run", "true");
    this.run("create", "Write the changelog", "--assignee", "claude", "--body", "true");
    const ask = 'kanbun ask --choice PostgreSQL --choice SQLite "Which database do the tests run on?"';
    this.run("create", "Choose a database", "--assignee", "claude", "--body", ask);
    const review = 'kanbun request-review --summary "The form keeps its fields"; sleep 1';
    this.run("create", "Login page", "--assignee", "codex", "--body", review);
    const docs = "echo \"make: *** No rule to make target 'docs'\"; exit 2";
    const failed = this.run("create", "Build the docs", "--run", docs, "--max-retries", "1").trim();
    this.run("dispatch", "--until-idle");
    this.run("create", "Publish the docs", "--run", "true", "--parent", failed);
    this.run("create", "Run the tests", "--run", tests, "--priority", "2");
    this.run("create", "Split the parser", "--assignee", "codex", "--body", parser, "--priority", "2");
    this.run("create", "Translate the messages", "--assignee", "claude", "--body", "true");
    this.run("create", "Nightly backup", "--run", "true", "--at", "+6h");
  }

  /** The words of a command of ours. */
  command(...args: readonly string[]): string[] {
    return [process.execPath, mainPath, ...args];
  }

  run(...args: readonly string[]): string {
    const ran = Bun.spawnSync(this.command(...args), { env: this.env, cwd: this.home });
    // What failed and what asks is there on purpose.
    if (ran.exitCode !== 0 && args[0] !== "dispatch")
      throw new Error(`kanbun ${args.join(" ")}: ${ran.stderr.toString()}`);
    return ran.stdout.toString();
  }

  [Symbol.dispose](): void {
    const { tasks } = JSON.parse(this.run("list", "--status", "running", "--json")).data;
    for (const { id } of tasks) this.run("cancel", id, "--force");
    rmSync(this.home, { recursive: true, force: true });
  }
}
