import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, parse } from "node:path";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { openBoard } from "../../../src/store/sqlite/open.ts";
import { boardPaths, canonicalDatabasePath, listBoardSlugs } from "../../../src/system/home/board-paths.ts";
import { resolveHome } from "../../../src/system/home/home.ts";
import { parseSlug } from "../../../src/system/home/slug.ts";
import { makeTestHome } from "../../support/home.ts";

// Skipped elsewhere: drives, backslashes and names regardless of case are Windows's.
describe.skipIf(process.platform !== "win32")("on Windows a path", () => {
  test("has a drive and backslashes, however it was given", () => {
    const from = { env: {}, cwd: "C:\\work", userHome: "C:\\users\\me" };
    for (const [flag, home] of [
      ["boards", "C:\\work\\boards"],
      ["D:/boards/x", "D:\\boards\\x"],
      ["\\boards", "C:\\boards"],
      ["~\\boards", "C:\\users\\me\\boards"],
      ["\\\\server\\share\\boards", "\\\\server\\share\\boards"],
    ] as const)
      expect(resolveHome({ ...from, flag }).path).toBe(home);
    expect(boardPaths("C:\\h", "x").database).toBe("C:\\h\\kanban\\boards\\x\\kanban.db");
  });

  test("of a board in other letters is that of the same board: one lock", () => {
    const home = makeTestHome();
    writeFileSync(join(home, "kanban.db"), "");
    const { root } = parse(home);
    const shouted = join(root.toLowerCase(), home.slice(root.length).toUpperCase(), "KANBAN.DB");
    expect(canonicalDatabasePath(shouted)).toBe(canonicalDatabasePath(join(home, "kanban.db")));
    mkdirSync(join(home, "kanban", "boards", "Upper"), { recursive: true });
    writeFileSync(join(home, "kanban", "boards", "Upper", "kanban.db"), "");
    expect(parseSlug("UPPER")).toBe("upper");
    expect(listBoardSlugs(home)).toEqual(["default"]);
  });

  test("longer than 260 characters has boards like any other", async () => {
    const home = join(
      makeTestHome(),
      ...Array.from({ length: 8 }, (_, i) => `a-folder-with-a-long-name-${i}-`.repeat(2)),
    );
    const { database, initLock } = boardPaths(home, "default");
    expect(database.length).toBeGreaterThan(400);
    const store = await openBoard({
      path: database,
      initLockPath: initLock,
      clock: systemClock,
      mode: "create",
    });
    const { task } = await store.createTask({ title: "deep" }, { actor: "tester" });
    expect((await store.requireTask(task.id)).title).toBe("deep");
    store.close();
  });

  test.each(["con", "NUL", "aux", "prn", "com1", "LPT9"])(
    "is never made from %p, which is a device",
    (name) => {
      expect(parseSlug(name)).toBeNull();
      expect(() => boardPaths("C:\\h", name.toLowerCase())).toThrow(TypeError);
    },
  );
});
