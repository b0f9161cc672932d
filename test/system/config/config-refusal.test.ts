import { describe, expect, test } from "bun:test";
import { problemsOf } from "./config-text.ts";

describe("a value that cannot be used", () => {
  const DURATION = "expected a duration: a string with a unit, such as";
  const RETRIES = "give up after n failures in a row; 1: at the first";

  test.each([
    [
      "max_in_progress = 0",
      "expected an integer of at least 1 (runs at a time in the whole home), found 0 (an integer)",
    ],
    [
      "max_in_progress = -1",
      "expected an integer of at least 1 (runs at a time in the whole home), found -1 (an integer)",
    ],
    [
      "max_in_progress = 1.5",
      "expected an integer of at least 1 (runs at a time in the whole home), found 1.5 (a float)",
    ],
    [
      "max_in_progress = inf",
      "expected an integer of at least 1 (runs at a time in the whole home), found Infinity (a float)",
    ],
    [
      'max_in_progress = "4"',
      'expected an integer of at least 1 (runs at a time in the whole home), found "4" (a string)',
    ],
    [
      "board_max_in_progress = 0",
      "expected an integer of at least 1 (runs at a time per board), found 0 (an integer)",
    ],
    ["max_retries = 0", `expected an integer of at least 1 (${RETRIES}), found 0 (an integer)`],
    ["lease = 900", `${DURATION} "900s" or "900m", found 900 (an integer)`],
    ['lease = "900"', `${DURATION} "900s" or "900m", found "900" (a string)`],
    ['lease = "soon"', `${DURATION} "90s", "15m" or "1h30m", found "soon" (a string)`],
    ["lease = -5", `${DURATION} "90s", "15m" or "1h30m", found -5 (an integer)`],
    ["lease = 07:32:00", `${DURATION} "90s", "15m" or "1h30m", found 07:32:00 (a date or time)`],
    ["lease = 1979-05-27", `${DURATION} "90s", "15m" or "1h30m", found 1979-05-27 (a date or time)`],
    ['lease = "999ms"', 'expected a duration of at least 1000ms, found "999ms" (a string)'],
    ['interval = "0s"', 'expected a duration of at least 1ms, found "0s" (a string)'],
    ["interval = true", `${DURATION} "90s", "15m" or "1h30m", found true (a boolean)`],
    ["rate_limit_delays = []", 'expected an array of durations such as ["5m", "15m"], found an empty array'],
    [
      'rate_limit_delays = "5m"',
      'expected an array of durations such as ["5m", "15m"], found "5m" (a string)',
    ],
  ])("in [dispatch], %s, is refused by line and key", (line, problem) => {
    const key = line.split(" ")[0];
    expect(problemsOf(`[dispatch]\n\n${line}\n`)).toEqual([`kanbun.toml:3: dispatch.${key}: ${problem}`]);
  });

  test("in an array is refused with its place in it", () => {
    expect(problemsOf('[dispatch]\nrate_limit_delays = ["5m", 15]\n')).toEqual([
      `kanbun.toml:2: dispatch.rate_limit_delays[1]: ${DURATION} "15s" or "15m", found 15 (an integer)`,
    ]);
  });

  test("is refused where the longest retry delay is shorter than the first", () => {
    expect(problemsOf('[dispatch]\nretry_delay = "1m"\nretry_delay_max = "30s"\n')).toEqual([
      'kanbun.toml:3: dispatch.retry_delay_max: expected no less than retry_delay, 1m, found "30s" (a string)',
    ]);
  });

  const KNOWN =
    "{body} {prompt} {task} {title} {workspace} {context_file} {body_file} {run} {model} {provider} {skills} {branch} {max_runtime_s} {max_cost_usd} {prompt_file} {session} {usage_file} {mcp_file}";
  test.each([
    ['command = "claude -p"', "command", 'expected an array of strings, found "claude -p" (a string)'],
    ["command = []", "command", "expected a program before its arguments, found an empty array"],
    ['command = ["", "x"]', "command", "expected a program before its arguments, found an array"],
    ['command = ["a", 1]', "command[1]", "expected a string without NUL, found 1 (an integer)"],
    ['command = ["a", "\\u0000"]', "command[1]", 'expected a string without NUL, found "\\u0000" (a string)'],
    [
      'command = ["{body_file}"]',
      "command[0]",
      'expected a program without placeholders: they are for arguments, found "{body_file}" (a string)',
    ],
    [
      'command = ["a", "--id={task_id}"]',
      "command[1]",
      `expected no placeholder but ${KNOWN}, found "--id={task_id}" (a string)`,
    ],
    [
      'command = ["a", "{task}", "{promt}"]',
      "command[2]",
      `expected no placeholder but ${KNOWN} (did you mean \`{prompt}\`?), found "{promt}" (a string)`,
    ],
    ['stdin = "prompts"', "stdin", 'expected "none" or "body" or "prompt", found "prompts" (a string)'],
    ["stdin = true", "stdin", 'expected "none" or "body" or "prompt", found true (a boolean)'],
    ['completes = "on_exit"', "completes", 'expected "on-exit" or "by-verdict", found "on_exit" (a string)'],
    ['hermes = "yes"', "hermes", 'expected true or false, found "yes" (a string)'],
    [
      'cwd = "srv"',
      "cwd",
      'expected an absolute path (~ and variables are not expanded), found "srv" (a string)',
    ],
    [
      'cwd = "~/x"',
      "cwd",
      'expected an absolute path (~ and variables are not expanded), found "~/x" (a string)',
    ],
    ['cwd = ""', "cwd", 'expected an absolute path (~ and variables are not expanded), found "" (a string)'],
    [
      "max_in_progress = -1",
      "max_in_progress",
      "expected an integer of at least 0 (runs at a time; 0 pauses the profile), found -1 (an integer)",
    ],
    [
      "max_retries = 0",
      "max_retries",
      `expected an integer of at least 1 (${RETRIES}), found 0 (an integer)`,
    ],
    ["max_runtime = 30", "max_runtime", `${DURATION} "30s" or "30m", found 30 (an integer)`],
    ['max_runtime = "0s"', "max_runtime", 'expected a duration of at least 1ms, found "0s" (a string)'],
    ['env = "A=1"', "env", 'expected a table, [profiles.x.env], found "A=1" (a string)'],
    ["env = { PORT = 80 }", "env.PORT", "expected a string without NUL, found 80 (an integer)"],
    ['env = { A = "\\u0000" }', "env.A", 'expected a string without NUL, found "\\u0000" (a string)'],
    [
      'env = { 1A = "" }',
      "env.1A",
      "expected a name of letters, digits and _ that does not start with a digit",
    ],
    [
      'env = { "A B" = "" }',
      'env."A B"',
      "expected a name of letters, digits and _ that does not start with a digit",
    ],
    [
      'env = { KANBUN_TASK = "" }',
      "env.KANBUN_TASK",
      "expected another name: Kanbun itself sets those with KANBUN_",
    ],
    [
      'env = { kanbun_task = "" }',
      "env.kanbun_task",
      "expected another name: Kanbun itself sets those with KANBUN_",
    ],
    [
      'pass_env = ["HOME", "A=B"]',
      "pass_env[1]",
      'expected the name of a variable, with * for any characters, such as "ANTHROPIC_*", found "A=B" (a string)',
    ],
    ['pass_env = "HOME"', "pass_env", 'expected an array of strings, found "HOME" (a string)'],
  ])("in a profile, %s, is refused by line and key", (line, key, problem) => {
    // The shell profile needs no command of its own, so the line stands alone.
    const text = `[profiles.shell]\n${line}\n`;
    expect(problemsOf(text)).toEqual([
      `kanbun.toml:2: profiles.shell.${key}: ${problem.replace("profiles.x", "profiles.shell")}`,
    ]);
  });

  test.each(["[profiles.x]\nhermes = true", "profiles.x = {}", '[profiles.x]\ncommands = ["a"]'])(
    "%j, a profile without command, is refused on its own line",
    (text) => {
      expect(problemsOf(`\n${text}\n`)[0]).toBe(
        'kanbun.toml:2: profiles.x.command: expected an array of strings, such as ["claude", "-p", "{prompt}"]: a profile needs one',
      );
    },
  );

  test.each([
    ["-x", "-x"],
    ['""', '""'],
    ['"a b"', '"a b"'],
    ['"../x"', '"../x"'],
    ['"\\u202Ex"', '"\\u{202e}x"'],
    ['"🙂"', '"🙂"'],
    ["_x", "_x"],
    ["__proto__", "__proto__"],
  ])("the profile name %s is refused", (name, shown) => {
    expect(problemsOf(`[profiles.${name}]\ncommand = ["a"]\n`)).toEqual([
      `kanbun.toml:1: profiles.${shown}: expected a profile name of 1 to 64 letters, digits, . - and _, starting with a letter or digit`,
    ]);
  });

  test("a profile name is at most 64 long", () => {
    expect(problemsOf(`[profiles.${"x".repeat(64)}]\ncommand = ["a"]\n`)).toEqual([]);
    expect(problemsOf(`[profiles.${"x".repeat(65)}]\ncommand = ["a"]\n`)).toHaveLength(1);
  });

  test.each([
    ["dispatch = 1", "dispatch: expected a table, [dispatch], found 1 (an integer)"],
    ["[[dispatch]]\n", "dispatch: expected a table, [dispatch], found an array"],
    ["[[profiles]]\n", "profiles: expected a table, [profiles], found an array"],
    [
      'profiles.claude = "claude -p"',
      'profiles.claude: expected a table, [profiles.claude], found "claude -p" (a string)',
    ],
    [
      "dispatch = 1979-05-27T07:32:00Z",
      "dispatch: expected a table, [dispatch], found 1979-05-27T07:32:00Z (a date or time)",
    ],
  ])("%j is no table", (text, problem) => {
    expect(problemsOf(text)).toEqual([`kanbun.toml:1: ${problem}`]);
  });
});
