import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { boardPaths } from "../../../src/system/home/board-paths.ts";
import { readBoardStore, writeBoardStore } from "../../../src/system/home/board-store.ts";
import type { CommandLine } from "../../cli/command-line.ts";
import { eventually } from "../../support/eventually.ts";
import { hasPostgres, requirePostgres } from "../../support/postgres/postgres.ts";
import { openBoardOn } from "./board.ts";
import { makeStoreHome } from "./store-home.ts";

/** All rows as they leave the board, without the moment. */
async function exportOf(kanbun: CommandLine, slug: string): Promise<string> {
  const lines = (await kanbun.ok("export", "--board", slug)).split("\n");
  return lines.slice(1).join("\n");
}

async function fill(kanbun: CommandLine, slug: string, count: number): Promise<void> {
  const tasks = Array.from({ length: count }, (_, at) =>
    JSON.stringify({ title: `task ${at} of many`, assignee: "shell", body: "exit 0" }),
  );
  const made = await kanbun.runAlone(["create", "--board", slug, "--from", "-"], { stdin: tasks.join("\n") });
  if (made.code !== 0) throw new Error(made.stderr);
}

describe.skipIf(!hasPostgres)("a board that is moved with its home's command line", () => {
  test("goes to a store and back with the same export, runs, logs, pauses and repeats, and works on both", async () => {
    const { kanbun, slug } = await makeStoreHome();
    const on = ["--board", slug] as const;
    await kanbun.ok("boards", "create", slug, "--name", "The build");
    const first = await kanbun.create("first", "--run", "echo well done", ...on);
    await kanbun.ok("dispatch", "--until-idle", ...on);
    await kanbun.ok("cron", "add", "0 7 * * 1", "weekly", ...on);
    await kanbun.create("second", "--run", "true", "--parent", first, ...on);
    await kanbun.ok("pause", ...on);
    const [before, cron] = [await exportOf(kanbun, slug), await kanbun.ok("cron", "list", "--json", ...on)];

    const plan = await kanbun.json(["boards", "move", slug, "--to", "team", "--dry-run"]);
    expect(plan.data).toMatchObject({ outcome: "planned", tasks: 2, store: "team" });
    expect((await kanbun.json(["boards", "show", slug])).data.store).toBe(null);
    const there = (await kanbun.json(["boards", "move", slug, "--to", "team"])).data;
    expect(there).toMatchObject({
      outcome: "moved",
      tasks: 2,
      store: "team",
      store_board: slug,
      database: null,
    });
    expect(await exportOf(kanbun, slug)).toBe(before);
    expect((await kanbun.json(["boards", "show", slug])).data).toMatchObject({
      store: "team",
      name: "The build",
    });
    expect(await kanbun.ok("log", first, ...on)).toContain("well done");
    expect(await kanbun.ok("cron", "list", "--json", ...on)).toBe(cron);
    expect((await kanbun.json(["status", ...on])).data.pauses).toHaveLength(1);
    expect((await kanbun.json(["boards", "move", slug, "--to", "team"])).data.outcome).toBe("kept");

    // A program that knows nothing of this, with a file that is still where it was.
    const path = join(kanbun.home, "kanban", "boards", slug, "kanban.db");
    using foreign = new Database(path);
    expect(() => foreign.run("UPDATE tasks SET status = 'running'")).toThrow(/was moved to the store team/);

    const back = (await kanbun.json(["boards", "move", slug, "--to", "file"])).data;
    expect(back).toMatchObject({ outcome: "moved", digest: there.digest, store: null });
    expect(await exportOf(kanbun, slug)).toBe(before);
    expect(await kanbun.ok("cron", "list", "--json", ...on)).toBe(cron);
    foreign.run("UPDATE tasks SET priority = 0 WHERE priority = 0");
    await kanbun.ok("resume", ...on);
    await kanbun.ok("dispatch", "--until-idle", ...on);
    expect((await kanbun.json(["boards", "move", slug, "--to", "team"])).data.outcome).toBe("moved");
    expect((await kanbun.json(["show", first, ...on])).data.runs).toHaveLength(1);
  });

  test("is refused while a task is at work, onto another board, and by a home that did not begin it", async () => {
    const { kanbun, slug } = await makeStoreHome();
    const on = ["--board", slug] as const;
    await kanbun.ok("boards", "create", slug);
    const id = await kanbun.create("mine", ...on);
    await kanbun.ok("claim", id, ...on);
    const busy = await kanbun.json(["boards", "move", slug, "--to", "team"]);
    expect(busy.error).toMatchObject({ kind: "conflict", message: expect.stringContaining(id) });
    await kanbun.ok("complete", id, ...on);
    const other = await makeStoreHome();
    await other.kanbun.ok("boards", "create", slug, "--store", "team");
    await other.kanbun.create("theirs", ...on);
    const taken = [...(["--dry-run", ""] as const)].map((flag) =>
      kanbun.json(["boards", "move", slug, "--to", "team", ...(flag === "" ? [] : [flag])]),
    );
    for (const { error } of await Promise.all(taken)) expect(error?.hint).toContain("--store-board");
    await kanbun.create("still a file", ...on);
    const named = ["boards", "move", slug, "--to", "team", "--store-board", `${slug}-2`] as const;
    expect((await kanbun.json(named)).data.store_board).toBe(`${slug}-2`);
    expect((await kanbun.json(["boards", "move", slug, "--to", "nowhere"])).error?.kind).toBe("not_found");
  });

  test("that has arrived, but not been told of to its home, is finished first", async () => {
    const { kanbun, slug } = await makeStoreHome();
    await kanbun.ok("boards", "create", slug);
    await kanbun.create("one", "--board", slug);
    const before = await exportOf(kanbun, slug);
    const file = boardPaths(kanbun.home, slug);
    for (const [from, to] of [
      ["file", "team"],
      ["team", "file"],
    ] as const) {
      const wasAt = readBoardStore(file);
      expect((await kanbun.json(["boards", "move", slug, "--to", to])).data.outcome).toBe("moved");
      // As if it had been killed just before.
      writeBoardStore(file, wasAt);
      expect((await kanbun.json(["create", "late", "--board", slug])).error).toMatchObject({
        kind: "conflict",
        hint: expect.stringContaining("kanbun boards move"),
      });
      expect((await kanbun.json(["boards", "move", slug, "--to", from])).error).toMatchObject({
        kind: "conflict",
        hint: expect.stringContaining(`kanbun boards move ${slug} --to ${to}`),
      });
      expect((await kanbun.json(["boards", "move", slug, "--to", to])).data.outcome).toBe("finished");
      expect(await exportOf(kanbun, slug)).toBe(before);
    }
  });

  test("by a home that is gone is taken back by another one that says so, which then works on it", async () => {
    const [one, other] = [await makeStoreHome(), await makeStoreHome()];
    const { slug } = one;
    await one.kanbun.ok("boards", "create", slug, "--store", "team");
    const id = await one.kanbun.create("kept", "--board", slug);
    await other.kanbun.ok("boards", "join", slug, "--store", "team");
    {
      await using store = await openBoardOn(await requirePostgres(), slug, { clock: systemClock });
      // What is left of a move whose home died right behind its first transaction.
      await store.leave({ id: crypto.randomUUID(), store: null, board: slug, home: "gone:/home/of/gone" });
    }
    const move = (...flags: string[]) =>
      other.kanbun.json(["boards", "move", slug, "--to", "team", ...flags]);
    expect((await other.kanbun.json(["create", "x", "--board", slug])).error?.kind).toBe("conflict");
    const refused = (await move()).error;
    expect(refused).toMatchObject({
      kind: "conflict",
      message: expect.stringContaining("gone:/home/of/gone"),
    });
    expect(refused?.hint).toContain("--force takes it back here");
    expect((await move("--force", "--dry-run")).data.outcome).toBe("kept");
    expect((await other.kanbun.json(["create", "x", "--board", slug])).error?.kind).toBe("conflict");
    expect((await move("--force")).data.outcome).toBe("taken_back");
    await other.kanbun.ok("complete", id, "--board", slug);
    expect((await one.kanbun.json(["show", id, "--board", slug])).data.task.status).toBe("done");
    expect((await move("--force")).data.outcome).toBe("kept");
  });

  test("goes on with its resident, which is told where it is, and a worker of it too", async () => {
    const { kanbun, slug } = await makeStoreHome();
    const on = ["--board", slug] as const;
    await kanbun.ok("boards", "create", slug);
    const resident = kanbun.spawn(["dispatch", "--watch", ...on]);
    const isDone = (id: string) => async () =>
      (await kanbun.json(["show", id, ...on])).data.task.status === "done";
    try {
      const before = await kanbun.create("before", "--run", "true", ...on);
      await eventually("one is done on the file", isDone(before));
      for (const to of ["team", "file"]) {
        await eventually(
          `it is moved to ${to}`,
          async () => (await kanbun.json(["boards", "move", slug, "--to", to])).data?.outcome === "moved",
        );
        const id = await kanbun.create(`made in ${to}`, "--run", "true", ...on);
        await eventually(`one is done in ${to}`, isDone(id));
      }
    } finally {
      resident.kill("SIGTERM");
      await resident.exited;
    }
  });

  test("killed at any instant can be called again or taken back, and nothing is lost or there twice", async () => {
    const { kanbun, slug } = await makeStoreHome();
    await kanbun.ok("boards", "create", slug);
    await fill(kanbun, slug, 300);
    const before = await exportOf(kanbun, slug);
    expect(before.split("\n").length).toBeGreaterThan(600);
    const beganMs = performance.now();
    await kanbun.runAlone(["boards", "move", slug, "--to", "team", "--dry-run"]);
    const planMs = performance.now() - beganMs;
    const outcomes = new Map<string, number>();
    let at = "file";
    for (let trial = 0; trial < Number(process.env.KANBUN_MOVE_TRIALS ?? 12); trial += 1) {
      const [to, isRepeated] = [at === "file" ? "team" : "file", trial % 3 !== 2];
      const child = kanbun.spawn(["boards", "move", slug, "--to", to]);
      // From before it has begun until after it is over.
      await Bun.sleep(planMs * (0.5 + Math.random() * 2));
      child.kill("SIGKILL");
      await child.exited;
      const then = await kanbun.json(["boards", "move", slug, "--to", isRepeated ? to : at]);
      const word = then.data?.outcome ?? then.error?.kind;
      const outcome = `${isRepeated ? "repeated" : "undone"}: ${word}`;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (then.error !== null) {
        expect(then.error.hint).toContain(`kanbun boards move ${slug} --to ${to}`);
        expect((await kanbun.json(["boards", "move", slug, "--to", to])).data.outcome).toBe("finished");
      }
      at = (await kanbun.json(["boards", "show", slug])).data.store === null ? "file" : "team";
      expect(await exportOf(kanbun, slug)).toBe(before);
      await kanbun.ok("pause", "--board", slug);
      await kanbun.ok("resume", "--board", slug);
    }
    console.log([...outcomes].map(([word, count]) => `${word} ${count}`).join(", "));
    expect(existsSync(join(kanbun.home, "kanban", "boards", slug, "kanban.db"))).toBe(true);
  });
});
