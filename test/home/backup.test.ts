import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { backUpBoards } from "../../src/home/backup/backup-boards.ts";
import { Home } from "../../src/home/session/home.ts";
import { CommandLine } from "../cli/command-line.ts";
import { lacksOnWindows } from "../windows/left-out.ts";

test("a backup is a whole board of one moment, made while others write", async () => {
  const kanbun = await CommandLine.init();
  const lines = Array.from({ length: 2_000 }, (_, at) => JSON.stringify({ title: `task ${at}` })).join("\n");
  await kanbun.run(["create", "--from", "-"], { stdin: lines });
  const writers = [1, 2, 3].map(() => kanbun.spawn(["create", "--from", "-"], { stdin: lines }));
  const home = new Home({ home: kanbun.home, as: "tester" }, {});
  const seen: number[] = [];
  const note = async () => {
    const [backup] = (await backUpBoards(home, {})).backups;
    using copy = new Database(backup?.path ?? "", { readonly: true });
    seen.push(copy.query<{ n: number }, []>("SELECT count(*) AS n FROM tasks").get()?.n ?? -1);
    expect(copy.query("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
    expect(copy.query("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
  };
  while (writers.some(({ exitCode }) => exitCode === null)) {
    await note();
    await new Promise(setImmediate); // else nothing is heard of the writers
  }
  await note();
  expect(seen.every((tasks) => tasks % 2_000 === 0)).toBe(true);
  expect(seen.at(-1)).toBe(8_000);
});

test.skipIf(lacksOnWindows("links"))(
  "old backups make room for new ones, and nothing else does",
  async () => {
    const kanbun = await CommandLine.init();
    await kanbun.ok("boards", "create", "shop");
    const folder = join(kanbun.home, "elsewhere");
    const first = (await kanbun.json(["backup", "--to", folder])).data.backups;
    expect(first.map(({ board }: { board: string }) => board)).toEqual(["default", "shop"]);
    expect(statSync(first[0].path).mode & 0o777).toBe(0o600);
    writeFileSync(join(folder, "default.mine.kanban.db"), "mine");
    symlinkSync("/nowhere", join(folder, "default.2001-01-01-000000.kanban.db"));
    const { data } = await kanbun.json(["backup", "--to", folder, "--keep", "1", "--board", "default"]);
    expect(data.backups).toMatchObject([{ board: "default", removed: [first[0].path] }]);
    expect(readdirSync(folder).sort()).toEqual(
      [data.backups[0].path, first[1].path, "/default.mine.kanban.db", "/default.2001-01-01-000000.kanban.db"]
        .map((path) => path.slice(path.lastIndexOf("/") + 1))
        .sort(),
    );
  },
);
