import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const mainPath = resolve(import.meta.dir, "../../src/cli/main.ts");

/** Agents that are none: each does what its task says in shell, and ends as the real one does, with what it used. */
const stand_in = `#!/bin/sh
if [ "$1" = --version ]; then echo "2.1.332 (stand-in)"; exit 0; fi
prompt=$(cat)
script=$(printf '%s\\n' "$prompt" | sed -n 's/^    \\$ //p')
eval "$script"
code=$?
printf '%s\\n' '{"type":"result","subtype":"success","is_error":false,"session_id":"'$$'-1111-4111-8111-111111111111","num_turns":9,"total_cost_usd":0.41,"usage":{"input_tokens":1200,"output_tokens":900},"modelUsage":{"opus":{"inputTokens":48210,"outputTokens":5120,"cacheReadInputTokens":91200,"cacheCreationInputTokens":4100,"costUSD":0.41}}}'
exit $code
`;

const config = `[dispatch]
max_in_progress = 4
retry_delay = "2s"
[profiles.claude]
agent = "claude"
completes = "by-verdict"
[profiles.codex]
command = ["sh", "-c", "{body}"]
completes = "by-verdict"
[profiles.tests]
command = ["sh", "-c", "{body}"]
max_in_progress = 2
`;

/** As the stand-in finds it in its prompt. */
const does = (script: string, text = "") => `${text}${text === "" ? "" : "\n\n"}    $ ${script}\n`;

const importerBody = `The importer reads a whole file into memory: with **2 GB** it is killed.

1. Read in chunks of 1 MiB
2. Keep what is left of a line for the next chunk
3. \`bun bench/import.ts\` must stay below 200 MB

> A file without a newline at its end must not lose its last line.
`;

/** A board as a small team has it on a busy morning: real commands, on a home of its own. */
export class PageScene implements Disposable {
  readonly home = mkdtempSync(join(tmpdir(), "kanbun-page-"));
  readonly env: Record<string, string>;

  constructor() {
    const bin = join(this.home, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "claude"), stand_in);
    chmodSync(join(bin, "claude"), 0o755);
    writeFileSync(join(this.home, "kanbun.toml"), config);
    const { PATH = "" } = process.env;
    this.env = { PATH: `${bin}:${PATH}`, HOME: this.home, KANBUN_HOME: this.home, KANBUN_ACTOR: "you" };
    this.run("init");
    this.#past();
    this.#open();
    this.run("dispatch");
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
    return ran.stdout.toString().trim();
  }

  /** What was done, what failed, and what waits for a person since. */
  #past(): void {
    const done = (title: string, assignee: string, text = "") => {
      const script = `echo working; kanbun complete --summary "${title}: done, all tests pass"`;
      return this.run(
        "create",
        title,
        "--assignee",
        assignee,
        "--body",
        assignee === "claude" ? does(script, text) : script,
      );
    };
    done("Read the settings once, not for each request", "claude");
    done("Drop the old session table", "codex");
    const schema = done("Schema for invoices", "claude");
    for (const title of ["Lint the templates", "Upgrade the image of CI", "Unit tests of the tax rules"])
      this.run("create", title, "--assignee", "tests", "--body", "echo ok");
    this.run("dispatch", "--until-idle");
    const ask =
      'kanbun ask --choice PostgreSQL --choice SQLite "Which database shall the integration tests run on?"';
    this.run(
      "create",
      "Integration tests for invoices",
      "--assignee",
      "claude",
      "--body",
      does(ask),
      "--parent",
      schema,
      "--priority",
      "3",
    );
    const review =
      'kanbun request-review --summary "The form keeps its fields when the session ends. Tried in Firefox and Chromium; two tests are new."';
    const login = this.run(
      "create",
      "Login form loses what was typed",
      "--assignee",
      "codex",
      "--body",
      review,
    );
    this.run("comment", login, "A customer has seen it again on a phone.");
    const docs =
      "echo 'building 41 pages'; echo \"make: *** No rule to make target 'docs/api.md', needed by 'site'.  Stop.\" >&2; exit 2";
    const site = this.run(
      "create",
      "Build the documentation",
      "--assignee",
      "tests",
      "--body",
      docs,
      "--max-retries",
      "2",
    );
    this.run(
      "create",
      "Publish the documentation",
      "--assignee",
      "tests",
      "--body",
      "true",
      "--parent",
      site,
    );
    this.run(
      "create",
      "Payment provider's sandbox",
      "--assignee",
      "codex",
      "--body",
      'kanbun block "the API key of the sandbox is missing" --kind capability',
    );
    this.run("dispatch", "--until-idle");
    Bun.sleepSync(2_500);
    this.run("dispatch", "--until-idle");
  }

  /** What is at work and what comes next. */
  #open(): void {
    const log = (lines: readonly string[]) =>
      `${lines.map((line) => `printf '%b\\n' '${line}'`).join("; ")}; for i in 1 2 3 4 5 6 7 8 9; do sleep 30; echo "still at it: $i"; done`;
    const importer = this.run(
      "create",
      "Import files of any size",
      "--assignee",
      "claude",
      "--priority",
      "5",
      "--body",
      does(
        log([
          "reading src/import/reader.ts",
          "\\033[36mbench\\033[0m 2.1 GB",
          "\\033[32m✓\\033[0m chunks of 1 MiB",
          "editing src/import/reader.ts, 3 of 7 places",
        ]),
        importerBody,
      ),
    );
    this.run(
      "create",
      "End-to-end tests",
      "--assignee",
      "tests",
      "--priority",
      "4",
      "--body",
      log([
        "\\033[32mPASS\\033[0m test/login.test.ts",
        "\\033[32mPASS\\033[0m test/cart.test.ts",
        "\\033[31mFAIL\\033[0m test/mail.test.ts (retrying)",
        "\\033[32mPASS\\033[0m test/invoice.test.ts 41 of 96",
      ]),
    );
    this.run(
      "create",
      "Split the parser into a lexer and a tree",
      "--assignee",
      "codex",
      "--priority",
      "4",
      "--body",
      log(["thinking about src/parser.ts", "moved 14 of 31 functions to src/lexer.ts"]),
    );
    this.run(
      "create",
      "Measure the start-up time",
      "--assignee",
      "tests",
      "--priority",
      "4",
      "--body",
      log(["run 12 of 50: 41 ms"]),
    );
    this.run(
      "create",
      "Cache the exchange rates",
      "--assignee",
      "claude",
      "--body",
      does("true"),
      "--priority",
      "2",
    );
    this.run("create", "Check all links of the handbook", "--assignee", "tests", "--body", "true");
    this.run("create", "Write the release notes of 2.4");
    const stream = this.run(
      "create",
      "Stream the import over HTTP",
      "--assignee",
      "claude",
      "--body",
      does("true"),
      "--parent",
      importer,
    );
    const progress = this.run(
      "create",
      "Show progress while importing",
      "--assignee",
      "codex",
      "--body",
      "true",
      "--parent",
      stream,
    );
    this.run("create", "Announce the new import", "--parent", progress, "--parent", importer);
    this.run("create", "Rotate the signing keys", "--assignee", "tests", "--body", "true", "--at", "+6h");
    this.run(
      "create",
      "Dark mode for the invoices' PDF?",
      "--triage",
      "--body",
      "Asked for by two customers. **Is it worth it?**",
    );
    this.run("create", "Postgres 18: what would change for us", "--triage");
    this.run("comment", importer, "The file of the bug report is in `fixtures/large.csv.zst`.");
  }

  [Symbol.dispose](): void {
    const { tasks } = JSON.parse(this.run("list", "--status", "running", "--json")).data;
    for (const { id } of tasks) this.run("cancel", id, "--force");
    rmSync(this.home, { recursive: true, force: true });
  }
}
