import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../../src/system/config/config.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { startFixture } from "../support/processes.ts";
import { CommandLine } from "./command-line.ts";

homesInMemory();

test("init makes a home once, and never writes over what a person wrote", async () => {
  const kanbun = new CommandLine();
  const first = await kanbun.json(["init", "--name", "Home"]);
  const database = join(kanbun.home, "kanban.db");
  const config = join(kanbun.home, "kanbun.toml");
  expect(first.data).toEqual({
    home: kanbun.home,
    database,
    config,
    created: true,
    wrote_config: true,
    agents: expect.any(Array),
  });
  await Bun.write(config, "# mine\n");
  await kanbun.create("x");
  expect((await kanbun.json(["init"])).data).toMatchObject({ created: false, wrote_config: false });
  expect(await Bun.file(config).text()).toBe("# mine\n");
  expect((await kanbun.json(["list"])).data.tasks).toHaveLength(1);
  expect((await kanbun.json(["boards", "show"])).data.name).toBe("Home");
});

test("the settings that init writes are all comments, and right when the marks are taken off", async () => {
  const kanbun = await CommandLine.init();
  const path = join(kanbun.home, "kanbun.toml");
  const text = await Bun.file(path).text();
  expect(text.split("\n").every((line) => line === "" || line.startsWith("#"))).toBe(true);
  await Bun.write(path, text.replace(/^# (?=\[|[a-z_]+ = )/gm, ""));
  const { dispatch, profiles } = loadConfig(kanbun.home);
  expect([...profiles.keys()]).toEqual(["shell", "claude", "mine"]);
  expect(profiles.get("mine")?.maxRuntimeMs).toBe(30 * 60_000);
  expect(dispatch.maxInProgress).toBe(4);
});

test("boards are made, listed, shown, switched between and renamed", async () => {
  const kanbun = await CommandLine.init();
  const fields = ["--name", "The shop", "--icon", "🛒", "--color", "#fff", "--description", "d"];
  await kanbun.ok("boards", "create", "Shop", ...fields, "--default-workdir", "/srv/shop");
  expect((await kanbun.json(["boards", "create", "shop"])).code).toBe(4);
  expect((await kanbun.json(["boards", "create", "../x"])).code).toBe(2);
  expect((await kanbun.json(["boards", "create", "y", "--default-workdir", "here"])).code).toBe(2);
  await kanbun.ok("create", "for the shop", "--board", "shop");
  expect((await kanbun.json(["boards", "show", "shop"])).data).toMatchObject({
    slug: "shop",
    name: "The shop",
    icon: "🛒",
    color: "#fff",
    description: "d",
    default_workdir: "/srv/shop",
    archived: false,
    tasks: 1,
  });
  expect((await kanbun.json(["boards", "switch", "shopp"])).error).toMatchObject({
    kind: "not_found",
    hint: "did you mean `shop`?",
  });
  await kanbun.ok("boards", "switch", "shop");
  await kanbun.ok("boards", "rename", "shop", "Shop 2");
  const { current, boards } = (await kanbun.json(["boards", "list"])).data;
  expect(current).toBe("shop");
  expect(boards).toMatchObject([
    { slug: "default", is_current: false, tasks: 0 },
    { slug: "shop", is_current: true, tasks: 1, name: "Shop 2" },
  ]);
  expect((await kanbun.json(["list"])).data.tasks).toHaveLength(1);
});

test("what becomes of the runs of a silent machine is no question on a board of one machine", async () => {
  const kanbun = await CommandLine.init();
  const refused = await kanbun.json(["boards", "set", "default", "takeover", "lease"]);
  expect(refused.error).toMatchObject({
    kind: "conflict",
    message: "the board default is a file of this machine: no other works on it",
    hint: "`kanbun boards move --help` says how it is moved to a server first",
  });
  for (const [setting, value] of [
    ["takeover", "soon"],
    ["color", "red"],
  ] as const)
    expect((await kanbun.json(["boards", "set", "default", setting, value])).error?.kind).toBe("usage");
});

test("rm moves a board into the archive, and the default board becomes the current one", async () => {
  const kanbun = await CommandLine.init();
  await kanbun.ok("boards", "create", "shop");
  const id = await kanbun.create("x", "--board", "shop");
  await kanbun.ok("boards", "switch", "shop");
  const { archive } = (await kanbun.json(["boards", "rm", "shop"])).data;
  expect(archive).toMatch(/[/\\]kanban[/\\]boards[/\\]_archived[/\\]shop-\d{10}$/);
  expect(existsSync(join(kanbun.home, "kanban/boards/shop"))).toBe(false);
  const { Database } = await import("bun:sqlite");
  using db = new Database(join(archive, "kanban.db"));
  expect(db.query("SELECT id FROM tasks").all()).toEqual([{ id }]);
  expect((await Bun.file(join(archive, "board.json")).json()).archived).toBe(true);
  expect((await kanbun.json(["boards", "list"])).data.current).toBe("default");
  await kanbun.ok("boards", "create", "shop");
  expect((await kanbun.json(["boards", "rm", "shop"])).code).toBe(0);
});

test("rm refuses the default board, a board with a live run, and one that is being dispatched", async () => {
  const kanbun = await CommandLine.init();
  await kanbun.ok("boards", "create", "shop");
  expect((await kanbun.json(["boards", "rm", "default"])).error?.kind).toBe("illegal_move");
  expect((await kanbun.json(["boards", "rm", "nosuch"])).error?.kind).toBe("not_found");
  const id = await kanbun.create("x", "--board", "shop");
  await kanbun.ok("claim", id, "--board", "shop");
  expect((await kanbun.json(["boards", "rm", "shop"])).error).toMatchObject({
    kind: "conflict",
    message: "shop has 1 live run",
  });
  const lock = join(kanbun.home, "kanban/boards/shop/kanban.db.dispatch.lock");
  {
    await using holder = await startFixture("hold-lock.ts", lock);
    expect(holder.first).toBe("held");
    const { code, error } = await kanbun.json(["boards", "rm", "shop", "--force"]);
    expect([code, error?.message]).toEqual([4, "a dispatcher is running on shop"]);
  }
  expect(existsSync(join(kanbun.home, "kanban/boards/shop/kanban.db"))).toBe(true);
  expect((await kanbun.json(["boards", "rm", "shop", "--force"])).code).toBe(0);
});
