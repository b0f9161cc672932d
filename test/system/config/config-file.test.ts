import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../../../src/system/config/config.ts";
import { ConfigError } from "../../../src/system/config/config-error.ts";
import { makeTestHome } from "../../support/home.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";
import { problemsOf } from "./config-text.ts";

describe("a file that is no TOML", () => {
  test.each([
    [1, "garbage", "Expected '=' after a key but found end of file"],
    [4, "a = 1\nb = 2\n\n   c = \nd = 1\n", "Missing value after '='; values must be on the same line"],
    [3, "[dispatch]\nlease = '1m'\nlease = '2m'\n", "Cannot redefine key 'lease'"],
    [3, "[dispatch]\n\n[dispatch]\n", "Cannot redefine table 'dispatch'"],
    [2, 'a = 1\nb = "open\nc = 2\n', "Unterminated string; newlines must be escaped in basic strings"],
    [2, 'a = 1\nb = """open\nc = 2\n\n', "Unterminated string"],
    [2, "a = 1\nb = [1,\n2,\n3\n", "Expected ',' or ']' in an array but found end of file"],
    [4, "a = 1\nb = [\n1,\n2 3,\n]\nc = 1\n", "Expected ',' or ']' in an array but found '3'"],
    [5, "a = [\n1,\n2,\n3\nb = 1\n", "Expected ',' or ']' in an array but found 'b'"],
    [3, "a = [\n1,\n'x,\n]\nb = 1\n", "Unterminated string; literal strings cannot contain newlines"],
    [2, "# é\n\0\na = 1\n", "Expected a key but found (0x00)"],
    [2, "a = 1\r\nb = \r\nc = 1\r\n", "Missing value after '='; values must be on the same line"],
    [2, 'a = "#"\n[b\nc = 1', "Expected ']' to close a table header but found"],
    [1, "\u202ea = 1\n", "Expected a key but found (0xE2)"],
    [1, "é = 1\n", "Expected a key but found (0xC3)"],
    [2, "a = 1\nb = 1 c = 2\n", "Expected a newline or end of file after a key/value pair"],
    [2, "a = 1\nb = 9223372036854775807\n", "Integer cannot be losslessly represented"],
  ])("has its line, %d, and the parser's words: case %#", (line, text, words) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toStartWith(
      `kanbun.toml:${line}: expected valid TOML, found a syntax error: ${words}`,
    );
  });

  test.each([
    `a = ${"[".repeat(100_000)}`,
    `a = ${"{b=".repeat(100_000)}`,
    "[".repeat(1_000_000),
    "=".repeat(1_000_000),
    `${"a.".repeat(100_000)}`,
    '"\\'.repeat(100_000),
    `a = """${"\\".repeat(1_000_000)}`,
    `${"\n".repeat(500_000)}x`,
    "x = [\n".repeat(50_000),
    "\0".repeat(1_000_000),
    ' "] }'.repeat(100_000),
  ])("is refused in good time however it is made: case %#", (text) => {
    const before = process.cpuUsage();
    expect(problemsOf(text)).toHaveLength(1);
    const { user, system } = process.cpuUsage(before);
    expect(user + system).toBeLessThan(2_000_000);
  });
});

describe("a file that cannot be read", () => {
  const EXPECTED = "expected a readable UTF-8 file of at most 1 MiB, found";
  const messageOf = (home: string) => {
    try {
      loadConfig(home);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      return (error as ConfigError).message;
    }
    return "";
  };

  test.skipIf(lacksOnWindows("fifo"))(
    "is an error where a folder, a pipe or a link to nothing stands in its place",
    () => {
      const [folder, pipe, dead, circle] = [makeTestHome(), makeTestHome(), makeTestHome(), makeTestHome()];
      mkdirSync(join(folder, "kanbun.toml"));
      Bun.spawnSync(["mkfifo", join(pipe, "kanbun.toml")]);
      symlinkSync("nowhere", join(dead, "kanbun.toml"));
      symlinkSync("kanbun.toml", join(circle, "kanbun.toml"));
      expect(messageOf(folder)).toBe(`${join(folder, "kanbun.toml")}: ${EXPECTED} a folder`);
      expect(messageOf(pipe)).toBe(`${join(pipe, "kanbun.toml")}: ${EXPECTED} not a regular file`);
      expect(messageOf(dead)).toBe(`${join(dead, "kanbun.toml")}: ${EXPECTED} a link that leads nowhere`);
      expect(messageOf(circle)).toBe(
        `${join(circle, "kanbun.toml")}: ${EXPECTED} an unreadable file (ELOOP)`,
      );
    },
  );

  // Nothing is closed to root.
  test.skipIf(process.getuid?.() === 0 || lacksOnWindows("permission bits"))(
    "is an error without permission to read it",
    () => {
      const home = makeTestHome();
      writeFileSync(join(home, "kanbun.toml"), "");
      chmodSync(join(home, "kanbun.toml"), 0);
      expect(messageOf(home)).toBe(`${join(home, "kanbun.toml")}: ${EXPECTED} an unreadable file (EACCES)`);
    },
  );

  test.skipIf(lacksOnWindows("POSIX paths"))("is an error where the home is a file", () => {
    const home = join(makeTestHome(), "home");
    writeFileSync(home, "");
    expect(messageOf(home)).toBe(`${join(home, "kanbun.toml")}: ${EXPECTED} an unreadable file (ENOTDIR)`);
  });

  test("is an error in another encoding, and above 1 MiB", () => {
    expect(problemsOf(new Uint8Array([0xff, 0xfe, 0x61, 0]))).toEqual([
      `kanbun.toml: ${EXPECTED} bytes that are not UTF-8`,
    ]);
    expect(problemsOf(new Uint8Array([0x23, 0xc3, 0x28]))).toEqual([
      `kanbun.toml: ${EXPECTED} bytes that are not UTF-8`,
    ]);
    expect(problemsOf(`#${"x".repeat(1024 * 1024)}`)).toEqual([`kanbun.toml: ${EXPECTED} 1048577 bytes`]);
    expect(problemsOf(`#${"x".repeat(1024 * 1024 - 1)}`)).toEqual([]);
  });
});
