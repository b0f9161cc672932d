import { describe, expect, test } from "bun:test";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { eventually } from "../support/eventually.ts";
import { makeStandIns } from "../support/stand-ins.ts";
import { CommandLine } from "./command-line.ts";

// biome-ignore lint/suspicious/noExplicitAny: a test looks into documents whose shape is what it tests.
type Data = any;

/** A home with stand-ins of agents on its PATH. */
class Scene {
  readonly kanbun: CommandLine;
  readonly #path: string;

  constructor(kanbun: CommandLine, ...agents: readonly string[]) {
    this.kanbun = kanbun;
    this.#path = makeStandIns(dirname(kanbun.home), ...agents);
  }

  async data(...args: readonly string[]): Promise<Data> {
    const answer = await this.kanbun.json(args, { env: { PATH: this.#path } });
    if (answer.error !== null) throw new Error(`${args.join(" ")}: ${answer.error.message}`);
    return answer.data;
  }

  async error(...args: readonly string[]): Promise<Data> {
    return (await this.kanbun.json(args, { env: { PATH: this.#path } })).error;
  }

  /** Makes tasks of one line each, `profile: what the stand-in is to do`, and works off what is due. */
  async work(...lines: readonly string[]): Promise<string[]> {
    await using store = await this.kanbun.open("write");
    const ids: string[] = [];
    for (const line of lines) {
      const [assignee = "", act = ""] = line.split(": ");
      const { task } = await store.createTask(
        { title: line, body: `act: ${act}`, assignee },
        { actor: "tester" },
      );
      ids.push(task.id);
    }
    await this.tick();
    return ids;
  }

  async tick(): Promise<void> {
    await this.kanbun.run(["dispatch", "--until-idle"], { env: { PATH: this.#path } });
  }

  async runs(id: string): Promise<Data[]> {
    await using store = await this.kanbun.open();
    return [...(await store.listRuns(id, {}))];
  }

  /** What the stand-in of the last run was started with. */
  async started(id: string): Promise<{ readonly args: string[]; readonly prompt: string }> {
    const { runs } = boardPaths(this.kanbun.home, "default");
    const last = (await this.runs(id)).at(-1);
    const log = readFileSync(join(runs, String(last?.id), "output.log"), "utf8");
    const line = log.split("\n").find((one) => one.includes('"stand_in"'));
    return JSON.parse(line ?? "null");
  }
}

const isRoot = process.getuid?.() === 0;

const agentSettings = (agents: readonly string[], more = "") =>
  `[dispatch]\nmax_in_progress = 8\nretry_delay = "1ms"\nmax_retries = 1\n${agents
    .map((agent) => `[profiles.${agent}]\nagent = "${agent}"\n${more}`)
    .join("")}`;

describe.skipIf(process.platform === "win32")("coding agents", () => {
  test("on the PATH are found without being started, and one command makes a profile that works", async () => {
    const scene = new Scene(await CommandLine.init("# mine\n"), "claude", "codex");
    expect((await scene.data("init")).agents).toEqual(["claude", "codex"]);
    const { agents } = await scene.data("agents");
    expect(agents.map((one: Data) => one.name).slice(0, 2)).toEqual(["claude", "codex"]);
    expect((await scene.data("agents", "add", "claude", "--dry-run")).is_written).toBe(false);
    // Of one whose commands can't reach the board, the tools are how it asks.
    expect((await scene.data("agents", "add", "codex", "--dry-run")).text).toContain("\nmcp = true");
    const added = await scene.data("agents", "add", "claude", "--model", "opus");
    expect(added.text).not.toContain("mcp = ");
    expect(added).toMatchObject({ profile: "claude", is_written: true, permissions: { level: "edit" } });
    const text = readFileSync(join(scene.kanbun.home, "kanbun.toml"), "utf8");
    expect(text).toStartWith('# mine\n\n[profiles.claude]\nagent = "claude"\n');
    expect(await scene.error("agents", "add", "claude")).toMatchObject({ kind: "conflict" });
    expect((await scene.error("agents", "add", "cloude")).hint).toContain("claude");

    const [id = ""] = await scene.work("claude: good");
    const [run] = await scene.runs(id);
    expect(run).toMatchObject({
      outcome: "completed",
      summary: "Mended it.",
      usage: {
        agent: "claude",
        costUsd: 0.25,
        inputTokens: 1200,
        outputTokens: 80,
        turns: 3,
        resumedRunId: null,
      },
    });
    expect(run.usage.permissions).toStartWith("edit: ");
    const { args } = await scene.started(id);
    expect(args[args.indexOf("--model") + 1]).toBe("opus");
    expect(args[args.indexOf("--session-id") + 1]).toBe(run.usage.session);
    expect(args).not.toContain("--max-budget-usd");
    const { checks } = await scene.data("doctor", "--agents");
    expect(checks.find(({ check }: Data) => check === "agent:claude")).toMatchObject({
      status: "ok",
      detail: "9.9.9, its flags were checked on 2.1.332",
    });
  });

  test("say how they ended and what it cost: done, failed with exit code 0, limited with a time, not logged in", async () => {
    const agents = ["claude", "codex", "opencode", "copilot", "cline", "gemini", "aider"];
    const settings = agentSettings(agents).replace(
      'agent = "cline"\n',
      'agent = "cline"\npermissions = "full"\n',
    );
    const scene = new Scene(await CommandLine.init(settings), ...agents);
    const lines = [
      ...agents.map((agent) => `${agent}: good`),
      "claude: is_error",
      "claude: turns",
      "claude: hostile",
      "claude: mute",
      "codex: half",
    ];
    const ids = await scene.work(...lines);
    const ended = await Promise.all(
      ids.map(async (id) => {
        const [run] = await scene.runs(id);
        const { costUsd, inputTokens } = run.usage ?? {};
        return [run.outcome, run.summary ?? run.error, costUsd ?? null, inputTokens ?? null];
      }),
    );
    expect(ended).toEqual([
      ["completed", "Mended it.", 0.25, 1200],
      ["completed", "Painted it.", null, 900],
      ["completed", "Swept it.", 0.03, 20],
      ["completed", "Locked it.", null, 50],
      ["completed", "Oiled it.", 0.5, 4],
      ["crashed", expect.stringMatching(/^exit code 41: it is not logged in\n/), null, null],
      ["completed", null, null, null],
      ["crashed", "the agent ended in order, but it failed: API Error: 500", 0.25, 1200],
      ["crashed", "the agent ended in order, but it ran out of turns", 0.25, 1200],
      ["completed", expect.stringContaining("Good"), 0.25, 1200],
      ["completed", expect.stringContaining("no final message that is known"), null, null],
      ["crashed", "exit code 1\nthe network is gone\nit last said: I painted one wall.", null, null],
    ]);
    const costs = await scene.data("stats", "--cost");
    expect(costs.total_cost_usd).toBeCloseTo(1.53, 6);
    expect(costs.usage[0]).toMatchObject({ name: "claude", runs: 5, cost_usd: 1 });
    const shown = await scene.kanbun.ok("runs", ids[0] ?? "");
    expect(shown).toContain("$0.25");
    // What it says is shown, and nothing that it could do to a terminal.
    expect(await scene.kanbun.ok("show", ids.at(-3) ?? "")).not.toContain("\u001b");

    const [limited = ""] = await scene.work("claude: limit");
    expect((await scene.runs(limited))[0]).toMatchObject({ outcome: "rate_limited" });
    const { profiles } = await scene.data("profiles", "list");
    const { paused } = profiles.find((one: Data) => one.name === "claude");
    const untilMs = paused.until_at_ms - Date.now();
    expect([untilMs > 3_600_000, untilMs < 7_300_000]).toEqual([true, true]);
  });

  test("that are resumed go on with their session and cost what they add; a session that is gone begins anew once", async () => {
    const scene = new Scene(
      await CommandLine.init(
        agentSettings(["claude"], "resume = true\nmax_retries = 9\n").replace("max_retries = 1\n", ""),
      ),
      "claude",
    );
    const [id = ""] = await scene.work("claude: ask");
    await scene.kanbun.ok("answer", id, "red", "--as", "ada");
    await scene.tick();
    const [first, second] = await scene.runs(id);
    expect(second.usage).toMatchObject({
      session: first.usage.session,
      resumedRunId: first.id,
      costUsd: 0.25,
      inputTokens: 1200,
    });
    const { args, prompt } = await scene.started(id);
    expect(args).toContain("--resume");
    expect(args).not.toContain("--session-id");
    expect(prompt).toContain("Which colour?");
    expect(prompt).toContain("> red");

    rmSync(join(dirname(scene.kanbun.home), "sessions"), { recursive: true });
    await scene.kanbun.ok("answer", id, "blue", "--as", "ada");
    await scene.tick();
    const [, , gone, anew] = await scene.runs(id);
    expect([gone.outcome, gone.usage.resumedRunId, anew.usage.resumedRunId]).toEqual([
      "crashed",
      second.id,
      null,
    ]);
    expect(anew.usage.session).not.toBe(first.usage.session);
  });

  test("are held by a budget: a task's for good, a profile's until midnight on all boards together, and explain says so", async () => {
    const budgets = "max_task_cost_usd = 0.4\nmax_day_cost_usd = 0.7\nmax_retries = 9\n";
    const settings = agentSettings(["claude"], budgets).replace("max_retries = 1\n", "");
    const scene = new Scene(await CommandLine.init(settings), "claude");
    const [id = ""] = await scene.work("claude: crash");
    expect((await scene.runs(id)).map((run) => [run.outcome, run.usage?.costUsd ?? null])).toEqual([
      ["crashed", 0.25],
      ["crashed", 0.25],
      ["spawn_failed", null],
    ]);
    expect(JSON.stringify(await scene.data("explain", id))).toContain(
      "its budget of $0.40 is used up ($0.50)",
    );
    await scene.data("boards", "create", "other");
    {
      await using other = await scene.kanbun.open("write", "other");
      await other.createTask({ title: "x", body: "act: good", assignee: "claude" }, { actor: "tester" });
    }
    await scene.tick();
    const [second = ""] = await scene.work("claude: good");
    expect(await scene.runs(second)).toEqual([]);
    expect(JSON.stringify(await scene.data("explain", second))).toContain(
      "its budget of $0.70 a day is used up ($0.75, $0.50 of it on other boards)",
    );
  });

  test("are told what the template of their profile says, which `kanbun context` shows; an unknown name starts nothing", async () => {
    const scene = new Scene(
      await CommandLine.init(agentSettings(["claude"], 'prompt = "work.md"\n')),
      "claude",
    );
    const template = join(scene.kanbun.home, "work.md");
    writeFileSync(template, '# {{title}} ({{task}})\n\n{{body}}\n\n{"json": {}}\n{{how_to_finish}}');
    const id = await scene.kanbun.create("Paint {{body}}", "--body", "act: good", "--assignee", "claude");
    const { prompt } = await scene.data("context", id);
    expect(prompt).toStartWith(`# Paint {{body}} (${id})\n\nact: good\n\n{"json": {}}\n## How to finish\n`);
    await scene.tick();
    expect((await scene.started(id)).prompt).toBe(prompt);

    writeFileSync(template, "{{titel}}");
    expect((await scene.error("context", id)).message).toContain(
      "unknown name, {{titel}}: did you mean {{title}}?",
    );
    const [second = ""] = await scene.work("claude: good");
    expect((await scene.runs(second))[0]).toMatchObject({
      outcome: "spawn_failed",
      error: expect.stringContaining("{{titel}}"),
    });
    // No money is spent to say nothing.
    writeFileSync(template, " \n");
    expect((await scene.error("context", id)).message).toContain("work.md is empty");
  });

  test.skipIf(!isRoot)(
    `that refuse root at a level fail with their own words${isRoot ? "" : " (skipped: not root)"}`,
    async () => {
      const settings = agentSettings(["claude"], 'permissions = "full"\n');
      const scene = new Scene(await CommandLine.init(settings), "claude");
      const [id = ""] = await scene.work("claude: good");
      expect((await scene.runs(id))[0]).toMatchObject({
        outcome: "crashed",
        error: expect.stringContaining("cannot be used with root"),
        usage: { permissions: "full: everything, never asked; it refuses this to root" },
      });
    },
  );

  test("that print nothing for longer than stall_after are stopped, and tried again", async () => {
    const settings = agentSettings(["claude"], 'stall_after = "200ms"\ngrace = "100ms"\n');
    const scene = new Scene(await CommandLine.init(settings), "claude");
    const id = await scene.kanbun.create("x", "--body", "act: silent", "--assignee", "claude");
    await eventually("its run is over", async () => {
      await scene.data("dispatch");
      return (await scene.runs(id))[0]?.outcome;
    });
    expect((await scene.runs(id))[0]).toMatchObject({
      outcome: "stale",
      error: expect.stringContaining("no output"),
    });
    // Its session was known from the start.
    const [{ usage }] = await scene.runs(id);
    expect(usage).toMatchObject({ agent: "claude", session: expect.any(String), costUsd: null });
  });

  test("with mcp = true use the tools of their own task, started without a variable of the run", async () => {
    const scene = new Scene(await CommandLine.init(agentSettings(["claude"], "mcp = true\n")), "claude");
    const [id = ""] = await scene.work("claude: use tools");
    const [run] = await scene.runs(id);
    expect([run.outcome, run.summary]).toEqual([
      "completed",
      "task_show task_comment task_complete task_ask",
    ]);
    const { args, prompt } = await scene.started(id);
    expect(args.join(" ")).toContain("--allowedTools mcp__kanban");
    expect(prompt).toContain("The MCP server `kanban` has `task_complete`");
    const file = args[args.indexOf("--mcp-config") + 1] ?? "";
    expect(statSync(file).mode & 0o077).toBe(0);
    // The token of a run that is over proves nothing: what is left of it in the file is of no use to anyone.
    expect(JSON.parse(readFileSync(file, "utf8")).mcpServers.kanban.env.KANBUN_RUN).toBe(String(run.id));
    expect((await scene.kanbun.run(["doctor"])).stdout).not.toContain("mcp.json");
  });

  test("read a long body whole, by standard input", async () => {
    const scene = new Scene(await CommandLine.init(agentSettings(["claude"])), "claude");
    const body = "a long word ".repeat(20_000);
    await using store = await scene.kanbun.open("write");
    const { task } = await store.createTask({ title: "Long", body, assignee: "claude" }, { actor: "tester" });
    await scene.tick();
    const { prompt } = await scene.started(task.id);
    expect(prompt).toContain(body.trim());
    expect(prompt).toContain("your final message is its summary");
  });
});
