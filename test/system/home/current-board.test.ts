import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../../src/system/config/config-error.ts";
import { resolveBoardSlug, writeCurrentBoard } from "../../../src/system/home/current-board.ts";
import { makeTestHome } from "../../support/home.ts";

function homeWithCurrent(text: string): string {
  const home = makeTestHome();
  mkdirSync(join(home, "kanban"));
  writeFileSync(join(home, "kanban", "current"), text);
  return home;
}

describe("resolveBoardSlug", () => {
  test("--board beats KANBUN_BOARD, which beats the current board, which beats default (W7)", () => {
    const home = homeWithCurrent("from-file\n");
    const env = { KANBUN_BOARD: "from-env" };
    expect(resolveBoardSlug({ flag: "from-flag", env, home })).toEqual({ slug: "from-flag", source: "flag" });
    expect(resolveBoardSlug({ flag: undefined, env, home })).toEqual({
      slug: "from-env",
      source: "environment",
    });
    expect(resolveBoardSlug({ flag: undefined, env: {}, home })).toEqual({
      slug: "from-file",
      source: "current",
    });
    const empty = makeTestHome();
    expect(resolveBoardSlug({ flag: undefined, env: {}, home: empty })).toEqual({
      slug: "default",
      source: "default",
    });
  });

  test("an explicit board wins over variables and files that cannot be used", () => {
    const home = homeWithCurrent("../x");
    const env = { KANBUN_BOARD: "../y", HERMES_KANBAN_BOARD: "other" };
    expect(resolveBoardSlug({ flag: "Mine", env, home })).toEqual({ slug: "mine", source: "flag" });
  });

  test.each(["", "\n", "  \r\n"])("an empty variable and the empty file %j mean default", (text) => {
    const board = resolveBoardSlug({
      flag: undefined,
      env: { KANBUN_BOARD: "" },
      home: homeWithCurrent(text),
    });
    expect(board).toEqual({ slug: "default", source: "default" });
  });

  test("an invalid slug is refused by the name of what gave it", () => {
    const home = homeWithCurrent("two\nlines\n");
    const rule = "expected a board slug (1 to 64 of a-z, 0-9, - and _,";
    const from = (flag: string | undefined, env: Record<string, string>) => () =>
      resolveBoardSlug({ flag, env, home });
    expect(from("../x", {})).toThrow(`--board: ${rule}`);
    expect(from("../x", {})).toThrow('found "../x"');
    expect(from("", {})).toThrow("found an empty text");
    expect(from(undefined, { KANBUN_BOARD: "con" })).toThrow(`KANBUN_BOARD: ${rule}`);
    expect(from(undefined, {})).toThrow(`${join(home, "kanban", "current")}: ${rule}`);
    expect(from(undefined, {})).toThrow('found "two\\nlines"');
  });

  test("what a hostile slug holds does not reach the message raw", () => {
    const flag = `\u001b[31m\u202e\0${"x".repeat(1_000_000)}`;
    try {
      resolveBoardSlug({ flag, env: {}, home: "/none" });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      const { message } = error as ConfigError;
      expect(message).toContain('found "\\u{1b}[31m\\u{202e}\\u{0}xxx');
      expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(message.length).toBeLessThan(400);
    }
  });

  test("a folder in place of the file is an error that names it", () => {
    const home = makeTestHome();
    mkdirSync(join(home, "kanban", "current"), { recursive: true });
    expect(() => resolveBoardSlug({ flag: undefined, env: {}, home })).toThrow("cannot be read (EISDIR)");
  });
});

describe("writeCurrentBoard", () => {
  test("the board is the current one from then on, in a home of whatever age", () => {
    const home = makeTestHome();
    for (const slug of ["one", "two"]) {
      writeCurrentBoard(home, slug);
      expect(resolveBoardSlug({ flag: undefined, env: {}, home })).toEqual({ slug, source: "current" });
    }
    expect(readFileSync(join(home, "kanban", "current"), "utf8")).toBe("two\n");
    expect(readdirSync(join(home, "kanban"))).toEqual(["current"]);
  });

  test("text that is no slug is not written", () => {
    const home = homeWithCurrent("before\n");
    expect(() => writeCurrentBoard(home, "../x")).toThrow(TypeError);
    expect(readFileSync(join(home, "kanban", "current"), "utf8")).toBe("before\n");
  });

  test("a write that fails leaves no temporary file behind", () => {
    const home = makeTestHome();
    mkdirSync(join(home, "kanban", "current"), { recursive: true });
    expect(() => writeCurrentBoard(home, "one")).toThrow();
    expect(readdirSync(join(home, "kanban"))).toEqual(["current"]);
  });
});
