import { describe, expect, test } from "bun:test";
import { permissionLevels } from "../../../../src/system/config/agents/preset.ts";
import { agentPresets } from "../../../../src/system/config/agents/presets.ts";
import { load } from "../config-text.ts";

/** What no level but `full` may contain. */
const bypasses =
  /bypass|dangerously|yolo|--auto(?! low)\b|allow-all|--force|--auto-approve|skip-permissions| high\b|=auto$/;

const profileOf = (agent: string, more = "") =>
  load(`[profiles.a]\nagent = "${agent}"\n${more}`).profiles.get("a");

describe.each(agentPresets.map((preset) => [preset.name, preset] as const))(
  "the preset %s",
  (name, preset) => {
    const levels = permissionLevels.filter((level) => preset.permissions[level] !== null);

    test("makes a profile at each of its levels, and none of them but full lets it do everything", () => {
      for (const level of levels) {
        const profile = profileOf(name, `permissions = "${level}"`);
        expect(profile?.command[0]).toBe(preset.program);
        expect(profile?.command.some((word) => word.startsWith("@"))).toBe(false);
        expect(profile?.stdin).toBe(preset.stdin);
        const { env = {} } = preset.permissions[level] ?? {};
        const words = [...(profile?.command ?? []), ...Object.entries(env).map((pair) => pair.join("="))];
        if (level !== "full") expect(words.join(" ")).not.toMatch(bypasses);
      }
    });

    test("has a prompt in it, by one way", () => {
      const profile = profileOf(name, `permissions = "${levels[0]}"`);
      const ways = [
        profile?.stdin === "prompt",
        ...["{prompt}", "{prompt_file}", "work kanban task {task}"].map((way) =>
          profile?.command.includes(way),
        ),
      ];
      expect(ways.filter(Boolean)).toHaveLength(1);
    });

    test("never takes full by default", () => {
      if (levels.some((level) => level !== "full")) expect(profileOf(name)?.agent?.level).not.toBe("full");
      else expect(() => profileOf(name)).toThrow(/has no other level/);
    });

    const isHere =
      preset.checked.how === "run" &&
      process.env.KANBUN_TEST_AGENTS === "1" &&
      Bun.which(preset.program) !== null;
    const why =
      preset.checked.how === "read"
        ? "it could not be run where it was checked"
        : "KANBUN_TEST_AGENTS is not 1, or it is not here";
    test.skipIf(!isHere)(
      `names flags that its own --help has${isHere ? "" : ` (skipped: ${why})`}`,
      async () => {
        const [first = ""] = preset.args;
        const below = first.startsWith("-") || first.startsWith("@") ? [] : [first];
        const help = await helpOf([preset.program, ...below, "--help"]);
        const fresh = [
          ...preset.args,
          ...levels.flatMap((level) => preset.permissions[level]?.args ?? []),
          ...preset.session.fresh,
          ...(preset.mcp?.args ?? []),
        ];
        const flags = new Set(
          [...fresh, ...(preset.session.resume ?? [])]
            .filter((word) => /^--?[a-z]/.test(word))
            .map((word) => word.replace(/=.*$/s, "")),
        );
        const missing = [...flags].filter(
          (flag) => !new RegExp(`(^|[\\s,(\`'])${flag}([\\s,=<)\`'\\[]|$)`, "m").test(help),
        );
        expect(missing).toEqual([]);
      },
    );
  },
);

async function helpOf(command: readonly string[]): Promise<string> {
  const child = Bun.spawn([...command], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, NO_COLOR: "1", CI: "1" },
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return stdout + stderr;
}

describe("a profile with an agent", () => {
  test("is Claude Code's line, with the model and the limit that are asked for, and a session of Kanbun's", () => {
    const profile = profileOf(
      "claude",
      'model = "opus"\nmax_cost_usd = 2.5\nargs = ["--add-dir", "/srv"]\npass_env = ["X_*"]\nenv = { DISABLE_AUTOUPDATER = "0" }',
    );
    expect(profile?.command.join(" ")).toBe(
      "claude -p --output-format stream-json --verbose --permission-mode acceptEdits --allowedTools Bash(kanbun:*) " +
        "--model {model} --max-budget-usd {max_cost_usd} --session-id {session} --add-dir /srv",
    );
    expect(profile?.agent?.resumeCommand?.join(" ")).toContain("--resume {session} --add-dir /srv");
    expect(profile).toMatchObject({
      model: "opus",
      completes: "on-exit",
      stdin: "prompt",
      env: { DISABLE_AUTOUPDATER: "0" },
    });
    expect(profile?.passEnv).toContain("ANTHROPIC_*");
    expect(profile?.passEnv.at(-1)).toBe("X_*");
  });

  test.each(agentPresets.map((preset) => [preset.name, preset] as const))(
    "is handed the board's MCP server with mcp = true, or says that it can't be: %s",
    (name, { mcp, permissions }) => {
      const level = permissionLevels.find((one) => permissions[one] !== null);
      const made = () => profileOf(name, `mcp = true\npermissions = "${level}"`);
      if (mcp === null) {
        expect(made).toThrow("takes an MCP server for one run (claude, codex");
        return;
      }
      const profile = made();
      const { args = [], env = {} } = mcp;
      expect(args.length + Object.keys(env).length).toBeGreaterThan(0);
      expect(profile?.command.join("\n")).toContain(args.join("\n"));
      expect(profile?.agent?.mcp).toEqual(mcp);
      // Nothing is handed to who does not ask for it, and no token is ever in an argument.
      expect(profileOf(name, `permissions = "${level}"`)?.agent?.mcp).toBeNull();
      for (const word of args) expect(word).not.toMatch(/\{token\}|TOKEN=/);
    },
  );

  test("that is misspelt is one mistake, and not also a command that is missing", () => {
    const made = () => load('[profiles.a]\nagent = "Claude"');
    expect(made).toThrow("did you mean `claude`?");
    expect(made).not.toThrow("profiles.a.command");
  });

  test("may have a command of its own, whose end is read all the same", () => {
    const profile = profileOf("codex", 'command = ["codex", "exec", "{prompt}"]');
    expect(profile).toMatchObject({ command: ["codex", "exec", "{prompt}"], stdin: "none" });
    expect(profile?.agent).toMatchObject({ level: null, resumeCommand: null });
  });

  test.each([
    ['agent = "cloude"', "did you mean `claude`?"],
    ['agent = "claude"\npermissions = "all"', '"safe" or "edit" or "full"'],
    ['agent = "amp"\npermissions = "full"', "Amp has no other level"],
    ['agent = "claude"\ncommand = ["claude"]\npermissions = "full"', "no `command` beside it"],
    ['command = ["x"]\npermissions = "full"', "beside `agent"],
    ['agent = "claude"\ncommand = ["claude"]\nmcp = true', "no `command` beside it"],
    ['command = ["x"]\nmcp = true', "beside `agent"],
    ['agent = "amp"\nresume = true', "can go on with a session"],
    ['agent = "claude"\nprompt = "../x.md"', "in the folder of kanbun.toml"],
    ['agent = "claude"\nmax_cost_usd = 0', "US dollars"],
    ['agent = "codex"\nmax_cost_usd = 2', "Codex takes no such limit"],
    ['agent = "claude"\ncommand = ["claude"]\nmax_cost_usd = 2', "{max_cost_usd} in the command"],
    ['agent = "codex"\nmax_task_cost_usd = 2', "tells dollars (claude, opencode"],
    ['command = ["claude"]\nmax_day_cost_usd = 2', "names no agent"],
    ['agent = "claude"\nargs = ["--x", "{sesion}"]', "did you mean `{session}`?"],
  ])("that says %j is refused with what to do", (text, problem) => {
    expect(() => load(`[profiles.a]\n${text}`)).toThrow(problem);
  });
});
