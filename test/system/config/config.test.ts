import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../../src/system/config/config.ts";
import { makeTestHome } from "../../support/home.ts";
import { load } from "./config-text.ts";

const DEFAULTS = {
  maxInProgress: Math.min(4, availableParallelism()),
  boardMaxInProgress: null,
  maxRetries: 2,
  leaseMs: 900_000,
  launchGraceMs: 10_000,
  intervalMs: 1_000,
  retryDelayMs: 10_000,
  retryDelayMaxMs: 600_000,
  rateLimitDelaysMs: [300_000, 900_000, 3_600_000],
  logMaxBytes: 268_435_456,
};

const PROFILE = {
  allowDashValues: false,
  stdin: "none",
  completes: "on-exit",
  env: {},
  passEnv: [],
  withheldEnv: [],
  cwd: null,
  maxInProgress: null,
  maxRuntimeMs: null,
  staleAfterMs: null,
  graceMs: 10_000,
  maxRetries: null,
  hermes: false,
  agent: null,
  model: null,
  provider: null,
  prompt: null,
  stallAfterMs: null,
  resume: false,
  budget: { runUsd: null, taskUsd: null, dayUsd: null },
  hooks: null,
  verify: null,
  fault: null,
} as const;

const SHELL_COMMAND =
  process.platform === "win32" ? ["cmd", "/d", "/q", "/c", "call", "{body_file}"] : ["sh", "{body_file}"];
const SHELL = { ...PROFILE, name: "shell", command: SHELL_COMMAND } as const;

describe("a configuration that can be used", () => {
  test("is the defaults where there is no file, and where it is empty", () => {
    const home = makeTestHome();
    for (const config of [loadConfig(home), loadConfig(join(home, "none")), load(""), load("# nothing\n")]) {
      expect(config.dispatch).toEqual(DEFAULTS);
      expect([...config.profiles]).toEqual([["shell", SHELL]]);
    }
    expect(loadConfig(home).path).toBe(join(home, "kanbun.toml"));
  });

  test("has every key of [dispatch] and of a profile", () => {
    const { dispatch, profiles } = load(`
[dispatch]
max_in_progress = 3
board_max_in_progress = 2
max_retries = 5
lease = "1h30m"
launch_grace = "5s"
interval = "250ms"
retry_delay = "0s"
retry_delay_max = "1m"
rate_limit_delays = ["1m", "2m"]
log_max_bytes = "64 MiB"

[profiles.claude-2]
command = ["claude", "-p", "{prompt}", ""]
stdin = "prompt"
completes = "by-verdict"
env = { LANG = "C.UTF-8", EMPTY = "" }
pass_env = ["ANTHROPIC_*", "HOME"]
cwd = "/srv"
max_in_progress = 0
max_runtime = "30m"
stale_after = "15m"
grace = "0s"
max_retries = 1
hermes = true
allow_dash_values = true
model = "large"
provider = "own"
prompt = "prompts/work.md"
stall_after = "20m"
setup = "npm ci"
before = "git pull"
after = "git status"
teardown = "docker compose down"
link = ["node_modules"]
ports = true
hook_timeout = "5m"
verify = "make test"
`);
    expect(dispatch).toEqual({
      maxInProgress: 3,
      boardMaxInProgress: 2,
      maxRetries: 5,
      leaseMs: 5_400_000,
      launchGraceMs: 5_000,
      intervalMs: 250,
      retryDelayMs: 0,
      retryDelayMaxMs: 60_000,
      rateLimitDelaysMs: [60_000, 120_000],
      logMaxBytes: 67_108_864,
    });
    expect(profiles.get("claude-2")).toEqual({
      name: "claude-2",
      command: ["claude", "-p", "{prompt}", ""],
      allowDashValues: true,
      stdin: "prompt",
      completes: "by-verdict",
      env: { LANG: "C.UTF-8", EMPTY: "" },
      passEnv: ["ANTHROPIC_*", "HOME"],
      withheldEnv: [],
      cwd: "/srv",
      maxInProgress: 0,
      maxRuntimeMs: 1_800_000,
      staleAfterMs: 900_000,
      graceMs: 0,
      maxRetries: 1,
      hermes: true,
      agent: null,
      model: "large",
      provider: "own",
      prompt: "prompts/work.md",
      stallAfterMs: 1_200_000,
      resume: false,
      budget: { runUsd: null, taskUsd: null, dayUsd: null },
      hooks: {
        setup: "npm ci",
        before: "git pull",
        after: "git status",
        teardown: "docker compose down",
        link: ["node_modules"],
        ports: true,
        timeoutMs: 300_000,
      },
      verify: "make test",
      fault: null,
    });
    expect([...profiles.keys()]).toEqual(["shell", "claude-2"]);
  });

  test("lets a Hermes profile complete by verdict unless it says otherwise", () => {
    const { profiles } = load(`
[profiles.a]
command = ["a"]
[profiles.b]
command = ["b"]
hermes = true
[profiles.c]
command = ["c"]
hermes = true
completes = "on-exit"
`);
    expect(["a", "b", "c"].map((name) => profiles.get(name)?.completes)).toEqual([
      "on-exit",
      "by-verdict",
      "on-exit",
    ]);
  });

  test("changes the built-in shell profile in part or as a whole", () => {
    expect(load("[profiles.shell]\nmax_in_progress = 1\n").profiles.get("shell")).toEqual({
      ...SHELL,
      maxInProgress: 1,
    });
    expect(
      load('[profiles.shell]\ncommand = ["bash", "{body_file}"]\n').profiles.get("shell")?.command,
    ).toEqual(["bash", "{body_file}"]);
  });

  test("moves the default of one retry delay along with the other", () => {
    expect(load('dispatch.retry_delay = "1h"').dispatch).toMatchObject({
      retryDelayMs: 3_600_000,
      retryDelayMaxMs: 3_600_000,
    });
    expect(load('dispatch.retry_delay_max = "5s"').dispatch).toMatchObject({
      retryDelayMs: 5_000,
      retryDelayMaxMs: 5_000,
    });
  });

  test("keeps every brace that is no placeholder", () => {
    const command = ["sh", "-c", `{"a": 1} \${HOME} {} {x.y} { task } {1}`, "{{body}}", "{task}-{run}"];
    expect(load(`[profiles.x]\ncommand = ${JSON.stringify(command)}`).profiles.get("x")?.command).toEqual(
      command,
    );
  });

  test("may begin with a byte order mark and end its lines the Windows way", () => {
    const { profiles, dispatch } = load(
      '\uFEFF[dispatch]\r\nmax_retries = 3\r\n\r\n[profiles.x]\r\ncommand = ["a"]\r\n',
    );
    expect(dispatch.maxRetries).toBe(3);
    expect(profiles.get("x")?.command).toEqual(["a"]);
  });

  test("may use names that every object of JavaScript has", () => {
    const { profiles } = load(
      '[profiles.constructor]\ncommand = ["a"]\nenv = { __proto__ = "p", toString = "t" }\n',
    );
    expect(profiles.get("constructor")?.command).toEqual(["a"]);
    expect(Object.entries(profiles.get("constructor")?.env ?? {})).toEqual([
      ["__proto__", "p"],
      ["toString", "t"],
    ]);
    expect(profiles.get("toString")).toBeUndefined();
  });

  test("is read anew each time (W36)", () => {
    const home = makeTestHome();
    for (const limit of [1, 7]) {
      writeFileSync(join(home, "kanbun.toml"), `dispatch.max_in_progress = ${limit}`);
      expect(loadConfig(home).dispatch.maxInProgress).toBe(limit);
    }
  });
});
