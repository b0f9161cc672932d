import { describe, expect, test } from "bun:test";
import { mkdirSync, realpathSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { boardPaths, canonicalDatabasePath, listBoardSlugs } from "../../../src/system/home/board-paths.ts";
import { makeTestHome } from "../../support/home.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";

describe("boardPaths", () => {
  test.skipIf(lacksOnWindows("POSIX paths"))("the default board lies where the format says", () => {
    expect(boardPaths("/h", "default")).toEqual({
      slug: "default",
      root: "/h",
      database: "/h/kanban.db",
      dispatchLock: "/h/kanban.db.dispatch.lock",
      initLock: "/h/kanban.db.init.lock",
      workspaces: "/h/kanban/workspaces",
      attachments: "/h/kanban/attachments",
      searchIndex: "/h/kanban/search.db",
      runs: "/h/kanban/runs",
      foreignLogs: "/h/kanban/logs",
      metadata: "/h/kanban/boards/default/board.json",
    });
  });

  test.skipIf(lacksOnWindows("POSIX paths"))("every other board lies in a folder of its own", () => {
    expect(boardPaths("/h", "atm10-server")).toEqual({
      slug: "atm10-server",
      root: "/h/kanban/boards/atm10-server",
      database: "/h/kanban/boards/atm10-server/kanban.db",
      dispatchLock: "/h/kanban/boards/atm10-server/kanban.db.dispatch.lock",
      initLock: "/h/kanban/boards/atm10-server/kanban.db.init.lock",
      workspaces: "/h/kanban/boards/atm10-server/workspaces",
      attachments: "/h/kanban/boards/atm10-server/attachments",
      searchIndex: "/h/kanban/boards/atm10-server/search.db",
      runs: "/h/kanban/boards/atm10-server/runs",
      foreignLogs: "/h/kanban/boards/atm10-server/logs",
      metadata: "/h/kanban/boards/atm10-server/board.json",
    });
  });

  test.each(["../x", "", "Upper", "_archived", "a/b", "a\0b", "x".repeat(1_000_000)])(
    "text %# that did not pass parseSlug becomes no path",
    (slug) => {
      expect(() => boardPaths("/h", slug)).toThrow(TypeError);
    },
  );
});

describe("listBoardSlugs", () => {
  const addBoard = (folder: string) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "kanban.db"), "");
  };

  test("a home that is not there, or is empty, has no boards", () => {
    const home = makeTestHome();
    expect(listBoardSlugs(home)).toEqual([]);
    expect(listBoardSlugs(join(home, "nowhere"))).toEqual([]);
  });

  test("boards with a database are listed, default first, the others by name", () => {
    const home = makeTestHome();
    const boards = join(home, "kanban", "boards");
    for (const slug of ["zeta", "alpha", "b-2", "b_1"]) addBoard(join(boards, slug));
    expect(listBoardSlugs(home)).toEqual(["alpha", "b-2", "b_1", "zeta"]);
    addBoard(home);
    expect(listBoardSlugs(home)).toEqual(["default", "alpha", "b-2", "b_1", "zeta"]);
  });

  test("archived boards, odd names, files, dead ends and folders without a database are left out; what stands in its place is not", () => {
    const home = makeTestHome();
    const boards = join(home, "kanban", "boards");
    for (const name of ["good", "default", "_archived", ".hidden", "Upper", "a b", "con", "x".repeat(65)]) {
      addBoard(join(boards, name));
    }
    addBoard(home);
    addBoard(join(boards, "_archived", "old-1795422492"));
    mkdirSync(join(boards, "empty"));
    mkdirSync(join(boards, "folder", "kanban.db"), { recursive: true });
    writeFileSync(join(boards, "file"), "");
    symlinkSync("circle", join(boards, "circle"));
    symlinkSync("nowhere", join(boards, "dead"));
    expect(listBoardSlugs(home)).toEqual(["default", "folder", "good"]);
  });

  test("a folder of boards that cannot be read is an error, not an empty home", () => {
    const home = makeTestHome();
    mkdirSync(join(home, "kanban"));
    writeFileSync(join(home, "kanban", "boards"), "");
    expect(() => listBoardSlugs(home)).toThrow("ENOTDIR");
  });
});

describe("canonicalDatabasePath", () => {
  const makeRoot = () => realpathSync.native(makeTestHome());

  test.skipIf(lacksOnWindows("links"))(
    "all names of one database give one path, before and after it exists (W5)",
    () => {
      const root = makeRoot();
      mkdirSync(join(root, "real"));
      symlinkSync("real", join(root, "folder"));
      symlinkSync(join("folder", "kanban.db"), join(root, "relative.db"));
      symlinkSync(join(root, "relative.db"), join(root, "absolute.db"));
      const names = [
        "real/kanban.db",
        "folder/kanban.db",
        "relative.db",
        "absolute.db",
        "folder/../real/kanban.db",
      ];
      const canonical = join(root, "real", "kanban.db");
      for (const exists of [false, true]) {
        if (exists) writeFileSync(canonical, "");
        for (const name of names) expect(canonicalDatabasePath(`${root}/${name}`)).toBe(canonical);
      }
    },
  );

  test.skipIf(lacksOnWindows("links"))(
    "a dot-dot behind a link is followed from where the link leads, not from its name",
    () => {
      const root = makeRoot();
      mkdirSync(join(root, "far", "away"), { recursive: true });
      symlinkSync(join("far", "away"), join(root, "link"));
      expect(canonicalDatabasePath(`${root}/link/../kanban.db`)).toBe(join(root, "far", "kanban.db"));
    },
  );

  test("a relative path starts at the working directory", () => {
    const cwd = realpathSync.native(process.cwd());
    expect(canonicalDatabasePath("no-such-folder/kanban.db")).toBe(join(cwd, "no-such-folder", "kanban.db"));
  });

  test.skipIf(lacksOnWindows("links"))("folders that do not exist yet do not matter", () => {
    const root = makeRoot();
    symlinkSync(root, join(root, "self"));
    expect(canonicalDatabasePath(`${root}/self/a/b/kanban.db`)).toBe(join(root, "a", "b", "kanban.db"));
  });

  test.skipIf(lacksOnWindows("links"))(
    "a circle of links and a file used as a folder are errors, not some path",
    () => {
      const root = makeRoot();
      symlinkSync("two", join(root, "one"));
      symlinkSync("one", join(root, "two"));
      writeFileSync(join(root, "file"), "");
      expect(() => canonicalDatabasePath(join(root, "one"))).toThrow("ELOOP");
      expect(() => canonicalDatabasePath(join(root, "one", "kanban.db"))).toThrow("ELOOP");
      expect(() => canonicalDatabasePath(join(root, "file", "kanban.db"))).toThrow("ENOTDIR");
    },
  );

  test.skipIf(lacksOnWindows("links"))(
    "the name follows the database when a link is turned to another one",
    () => {
      const root = makeRoot();
      for (const name of ["a.db", "b.db"]) writeFileSync(join(root, name), "");
      symlinkSync("a.db", join(root, "kanban.db"));
      expect(canonicalDatabasePath(join(root, "kanban.db"))).toBe(join(root, "a.db"));
      symlinkSync("b.db", join(root, "next"));
      renameSync(join(root, "next"), join(root, "kanban.db"));
      expect(canonicalDatabasePath(join(root, "kanban.db"))).toBe(join(root, "b.db"));
    },
  );
});
