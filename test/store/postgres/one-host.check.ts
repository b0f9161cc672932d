import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../../support/eventually.ts";
import { hasPostgres } from "../../support/postgres/postgres.ts";
import { makeStoreHome } from "./store-home.ts";

const secret = "s3cret-of-the-team";

describe.skipIf(!hasPostgres)("a home with a store", () => {
  test("makes a board there, on which every command works as on a file, and a worker too", async () => {
    const { kanbun, slug } = await makeStoreHome();
    expect((await kanbun.json(["boards", "join", slug, "--store", "team"])).error?.kind).toBe("not_found");
    expect(await kanbun.ok("boards", "create", slug, "--store", "team", "--switch")).toContain(
      `made the board ${slug} of the store team`,
    );
    const board = JSON.parse(readFileSync(join(kanbun.home, "kanban", "boards", slug, "board.json"), "utf8"));
    expect(board).toMatchObject({ store: "team", store_board: slug });

    const first = await kanbun.create("first", "--run", "kanbun comment $KANBUN_TASK hello; echo well done");
    const second = await kanbun.create("second", "--run", "exit 3", "--parent", first, "--max-retries", "1");
    expect(await kanbun.ok("explain", second)).toContain(first);
    // What gave up is left, and said by the exit code.
    expect((await kanbun.run(["dispatch", "--until-idle"])).code).toBe(1);
    expect((await kanbun.json(["show", first])).data).toMatchObject({
      task: { status: "done" },
      comments: [{ body: "hello", author: "worker:shell" }],
    });
    expect(await kanbun.ok("log", first)).toContain("well done");
    expect((await kanbun.json(["explain", second])).data.reason).toBe("gave_up");
    expect((await kanbun.json(["status"])).data).toMatchObject({
      store: "team",
      database: null,
      by_status: { done: 1, blocked: 1 },
    });
    expect((await kanbun.json(["boards", "list"])).data.boards).toMatchObject([
      { slug: "default", store: null },
      { slug, store: "team", tasks: 2, problem: null },
    ]);
    expect(existsSync(join(kanbun.home, "kanban", "boards", slug, "kanban.db"))).toBe(false);

    const [backup, all] = [
      await kanbun.json(["backup", "--board", slug]),
      await kanbun.json(["backup", "--board", "default"]),
    ];
    expect(backup.error?.hint).toContain("back up its server");
    expect(all.data.backups).toHaveLength(1);
  });

  test("has a resident that starts what is made, whoever made it, and another home joins its board", async () => {
    const { kanbun, slug } = await makeStoreHome();
    await kanbun.ok("boards", "create", slug, "--store", "team");
    const other = await makeStoreHome();
    expect((await other.kanbun.json(["boards", "create", slug, "--store", "team"])).error).toMatchObject({
      kind: "conflict",
      hint: expect.stringContaining(`boards join ${slug} --store team`),
    });
    await other.kanbun.ok("boards", "join", "here", "--store", "team", "--store-board", slug);
    const resident = kanbun.spawn(["dispatch", "--watch", "--board", slug]);
    try {
      const own = await kanbun.create("own", "--run", "true", "--board", slug);
      const theirs = await other.kanbun.create("theirs", "--run", "true", "--board", "here");
      for (const id of [own, theirs])
        await eventually(
          `${id} is done`,
          async () => (await kanbun.json(["show", id, "--board", slug])).data.task.status === "done",
        );
    } finally {
      resident.kill("SIGTERM");
      await resident.exited;
    }
  });

  test("shows its password in no worker, log, event, argument or answer", async () => {
    const { kanbun, slug } = await makeStoreHome(
      'password_env = "TEAM_DB"\n[profiles.open]\ncommand = ["sh", "{body_file}"]\npass_env = ["*"]',
    );
    const env = { TEAM_DB: secret, OTHER: "passed on" };
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await kanbun.run(args, { env });
      if (code !== 0) throw new Error(`${args.join(" ")}: ${stderr}`);
      expect(stdout + stderr).not.toContain(secret);
      return stdout;
    };
    await run("boards", "create", slug, "--store", "team", "--switch");
    const body = "env; for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$f 2>/dev/null; done; exit 0";
    const id = (await run("create", "look around", "--assignee", "open", "--body", body)).trim();
    await run("dispatch", "--until-idle");
    const log = await run("log", id);
    expect(log).toContain("OTHER=passed on");
    for (const args of [
      ["events"],
      ["show", id],
      ["status"],
      ["boards", "list"],
      ["store", "list"],
      ["export"],
    ])
      await run(...args, ...(args[0] === "export" ? [] : ["--json"]));
    // A server that need not wait for its disk, as that of these tests, is a problem, and told by the exit code.
    const doctor = await kanbun.run(["doctor", "--json"], { env });
    expect(doctor.stdout).toContain("store:team");
    expect(doctor.stdout + doctor.stderr).not.toContain(secret);
    const without = await kanbun.json(["list"]);
    expect(without.error).toMatchObject({ kind: "config", message: expect.stringContaining("TEAM_DB") });
  });
});
