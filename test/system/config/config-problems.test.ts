import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig, readConfig } from "../../../src/system/config/config.ts";
import type { ConfigError } from "../../../src/system/config/config-error.ts";
import { makeTestHome } from "../../support/home.ts";
import { problemsOf } from "./config-text.ts";

const PROFILE_KEYS =
  "one of hermes, agent, permissions, args, mcp, completes, env, command, allow_dash_values, stdin, pass_env, cwd, max_in_progress, max_runtime, stale_after, grace, max_retries, model, provider, prompt, stall_after, resume, max_cost_usd, max_task_cost_usd, max_day_cost_usd, hook_timeout, setup, before, after, teardown, link, ports, verify";

describe("an unknown key", () => {
  test.each([
    ["[dispach]\n", "dispach: expected a known key (did you mean `dispatch`?), found a table"],
    [
      "profiles.shell.2nd = { a = 1 }",
      `profiles.shell.2nd: expected a known key (${PROFILE_KEYS}; put a name with a dot in quotes), found a table`,
    ],
    [
      "max_retries = 1",
      "max_retries: expected a known key (one of dispatch, create, gc, host, profiles, notify, stores)",
    ],
    ["dispatch.maxRetries = 1", "dispatch.maxRetries: expected a known key (did you mean `max_retries`?)"],
    ["dispatch.lese = 1", "dispatch.lese: expected a known key (did you mean `lease`?)"],
    [
      "profiles.shell.max-runtime = 1",
      "profiles.shell.max-runtime: expected a known key (did you mean `max_runtime`?)",
    ],
    ["profiles.shell.enviroment = 1", `profiles.shell.enviroment: expected a known key (${PROFILE_KEYS})`],
    ['profiles.shell."a.b" = 1', `profiles.shell."a.b": expected a known key (${PROFILE_KEYS})`],
    [
      "constructor = 1",
      "constructor: expected a known key (one of dispatch, create, gc, host, profiles, notify, stores)",
    ],
    [
      "__proto__ = 1",
      "__proto__: expected a known key (one of dispatch, create, gc, host, profiles, notify, stores)",
    ],
  ])("%j is refused, with the key that is meant if one is near", (text, problem) => {
    expect(problemsOf(text)).toEqual([`kanbun.toml:1: ${problem}`]);
  });

  test("that is a megabyte long is cut in the message", () => {
    const [problem = ""] = problemsOf(`${"x".repeat(1_000_000)} = 1`);
    expect(problem.length).toBeLessThan(400);
  });
});

describe("a file with several problems", () => {
  const text = `[profiles.one]
command = "one"
nope = 1

[profiles.two]
env = { KANBUN_RUN = "1", PORT = 1 }

[dispatch]
max_retries = 0
`;

  test("has all of them told at once, in the order of the file", () => {
    expect(problemsOf(text).map((line) => line.replace(/: expected.*/, ""))).toEqual([
      "kanbun.toml:2: profiles.one.command",
      "kanbun.toml:3: profiles.one.nope",
      "kanbun.toml:5: profiles.two.command",
      "kanbun.toml:6: profiles.two.env.KANBUN_RUN",
      "kanbun.toml:6: profiles.two.env.PORT",
      "kanbun.toml:9: dispatch.max_retries",
    ]);
  });

  test("gives them as facts too, the first on the error itself", () => {
    const home = makeTestHome();
    const file = join(home, "kanbun.toml");
    writeFileSync(file, text);
    try {
      loadConfig(home);
      expect.unreachable();
    } catch (error) {
      const { problems, name, line, key, expected, found } = error as ConfigError;
      expect(problems).toHaveLength(6);
      const first = {
        file,
        line: 2,
        key: "profiles.one.command",
        expected: "an array of strings",
        found: '"one" (a string)',
      };
      expect(problems[0]).toEqual(first);
      expect({ file: (error as ConfigError).file, line, key, expected, found }).toEqual(first);
      expect(name).toBe("ConfigError");
    }
  });

  test("has at most 20 in its message and says how many more there are", () => {
    const lines = problemsOf(Array.from({ length: 500 }, (_, i) => `key_${i} = 1`).join("\n"));
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe("and 480 more");
  });
});

test("a target of [notify] that can't be used is its own fault, told with its line, and all others are used", () => {
  const home = makeTestHome();
  const text = `
    [notify.desk]
    desktop = true
    [notify.none]
    on = ["done"]
    [notify.two]
    command = ["true"]
    desktop = true
    [notify.hook]
    webhook = "ftp://somewhere/secret"
    [notify.team]
    webhook_file = "/run/url"
    secret_env = "HOOK"
    on = ["failed", "needs-you"]
    timeout = "5s"
  `;
  writeFileSync(join(home, "kanbun.toml"), text);
  const { notify, fault } = readConfig(home);
  expect(fault).toBeNull();
  expect([...notify.values()].map((one) => [one.name, one.fault === null])).toEqual([
    ["desk", true],
    ["none", false],
    ["two", false],
    ["hook", false],
    ["team", true],
  ]);
  expect(notify.get("two")?.fault?.message).toContain(
    ":7: notify.two.command: expected one of command, webhook",
  );
  expect(notify.get("hook")?.fault?.message).not.toContain("secret");
  expect(notify.get("team")).toMatchObject({
    way: { by: "webhook", url: { file: "/run/url" }, secret: { env: "HOOK" } },
    on: ["needs-you", "failed"],
    timeoutMs: 5_000,
  });
});
