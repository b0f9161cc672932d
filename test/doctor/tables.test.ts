import { expect, test } from "bun:test";
import { formatTables } from "../../src/store/sql/schema/format-schema.ts";
import { CommandLine } from "../cli/command-line.ts";
import { bytesBelow, change, doctorOf, findBoardTroubles, makeHome } from "./doctor-home.ts";

const shellConfig = '[profiles.shell]\ngrace = "300ms"\n';

test("a board whose table another program built anew, without what it doesn't know, says so, and is whole after what it names", async () => {
  const { home, database } = await makeHome({ config: shellConfig });
  const kanbun = new CommandLine(home);
  await kanbun.ok("create", "before", "--run", "true");
  const columns = (formatTables.tasks ?? []).filter((column) => !column.startsWith("kanbun_"));
  const names = columns.map((column) => column.split(" ", 1)[0]).join(", ");
  change(
    database,
    `CREATE TABLE tasks_anew (${columns.join(", ")})`,
    `INSERT INTO tasks_anew SELECT ${names} FROM tasks`,
    "DROP TABLE tasks",
    "ALTER TABLE tasks_anew RENAME TO Tasks",
    "DROP TABLE kanbun_returns",
  );
  for (const verb of [["list"], ["create", "x"], ["dispatch"], ["export"]]) {
    const { stderr } = await kanbun.run(verb);
    expect(stderr).toMatch(/tables of .* are not as Kanbun made them \(.*no /);
    expect(stderr).toMatch(/kanbun doctor\b/);
  }
  const { tables, ...others } = await findBoardTroubles(doctorOf(home));
  expect(others).toEqual({});
  expect(tables).toMatchObject({ status: "problem", fix: "kanbun repair --board default" });
  expect(tables?.detail).toStartWith(
    "not as Kanbun made them: the column tasks.kanbun_asks is missing, the table kanbun_returns is missing, the index ",
  );
  const before = bytesBelow(home);
  const dry = (await kanbun.json(["repair", "--dry-run"])).data.changes;
  expect(bytesBelow(home)).toEqual(before);
  const { changes } = (await kanbun.json(["repair", "--board", "default"])).data;
  expect(changes.slice(0, 2)).toEqual([
    { board: "default", kind: "table", detail: "added tasks.kanbun_asks" },
    { board: "default", kind: "table", detail: "added kanbun_returns" },
  ]);
  expect(dry).toHaveLength(changes.length);
  expect(await findBoardTroubles(doctorOf(home))).toEqual({});
  expect(await kanbun.ok("dispatch", "--until-idle")).toContain("1 completed");
});

test("what another program put in the way of every write is named as its own, and stays", async () => {
  const { home, database } = await makeHome({ config: shellConfig });
  const kanbun = new CommandLine(home);
  await kanbun.ok("create", "a task", "--run", "true");
  change(database, "CREATE TRIGGER audit AFTER INSERT ON task_events BEGIN SELECT 1; END");
  expect((await findBoardTroubles(doctorOf(home))).tables).toMatchObject({
    status: "warning",
    detail: expect.stringContaining("the trigger audit on task_events is another program's"),
    fix: null,
  });
  change(
    database,
    "DROP TRIGGER audit",
    "CREATE TRIGGER mine BEFORE INSERT ON task_runs BEGIN SELECT RAISE(ABORT, 'only I run tasks'); END",
    "ALTER TABLE kanban_notify_subs RENAME TO old",
    `CREATE TABLE kanban_notify_subs (owner TEXT NOT NULL, spare TEXT NOT NULL DEFAULT '', ${formatTables.kanban_notify_subs?.join(", ")})`,
    "DROP TABLE old",
  );
  const { stderr } = await kanbun.run(["dispatch"]);
  expect(stderr).toContain("(only I run tasks): nothing was changed");
  const { tables } = await findBoardTroubles(doctorOf(home));
  expect(tables).toMatchObject({ status: "problem" });
  expect(tables?.detail).toContain(
    "the column kanban_notify_subs.owner is another program's and has no default",
  );
  expect(tables?.detail).not.toContain("spare");
});
