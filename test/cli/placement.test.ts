import { expect, test } from "bun:test";
import { join } from "node:path";
import { isLabel } from "../../src/board/placement.ts";
import { readConfig } from "../../src/system/config/config.ts";
import { CommandLine } from "./command-line.ts";

test("a task that asks for a host or a label that this home has not is held, named, and let go by an edit or a label", async () => {
  const kanbun = await CommandLine.init('[host]\nlabels = ["eu"]\n');
  const made = await kanbun.run(["create", "train", "--run", "true", "--label", "gpu", "--label", "eu"]);
  const gpu = made.stdout.trim();
  expect(made.stderr).toBe(
    "note: nothing starts it yet: it asks for labels eu, gpu; this home has label eu ([host] labels in kanbun.toml)\n",
  );
  const north = await kanbun.create("there", "--run", "true", "--host", "north");
  expect((await kanbun.json(["show", gpu])).data.task).toMatchObject({ host: null, labels: ["eu", "gpu"] });
  expect((await kanbun.json(["dispatch"])).data.boards[0]).toMatchObject({
    spawned: [],
    held: [
      { task_id: gpu, reason: "other_host", detail: expect.stringMatching(/label gpu, which \S+ has not$/) },
      {
        task_id: north,
        reason: "other_host",
        detail: expect.stringMatching(/^asks for host north, and this is/),
      },
    ],
  });
  expect(await kanbun.ok("list", "--label", "gpu")).toMatch(new RegExp(`^${gpu} .*asks for label gpu`, "m"));
  expect((await kanbun.json(["list", "--host", "north"])).data.tasks).toMatchObject([{ id: north }]);

  const { data } = await kanbun.json(["explain", north]);
  expect(data).toMatchObject({
    reason: "other_host",
    command: expect.stringContaining(`edit ${north} --no-host`),
  });
  await kanbun.ok("edit", north, "--no-host");
  expect((await kanbun.json(["explain", north])).data.reason).toBe("next_tick");
  await Bun.write(join(kanbun.home, "kanbun.toml"), '[host]\nlabels = ["eu", "gpu"]\n');
  expect((await kanbun.json(["explain", gpu])).data.reason).toBe("next_tick");
});

test("run asks for a host and labels like create, and says why it waits where this home has them not", async () => {
  const kanbun = await CommandLine.init('[host]\nlabels = ["eu", "gpu"]\n');
  expect(await kanbun.ok("run", "echo here", "--label", "gpu", "--label", "eu")).toContain("here");
  expect((await kanbun.json(["list", "--all", "--label", "gpu"])).data.tasks).toMatchObject([
    { title: "echo here", status: "done", labels: ["eu", "gpu"] },
  ]);
  const waiting = kanbun.spawn(["run", "echo there", "--host", "north"]);
  let said = "";
  for await (const piece of waiting.stderr) {
    said += new TextDecoder().decode(piece);
    if (said.includes("waits: ")) break;
  }
  waiting.kill("SIGTERM");
  await waiting.exited;
  expect(said).toMatch(/waits: .*asks for host north/);
});

test("what is asked of the host goes along with a repeat, a line of a file, an export and an import", async () => {
  const kanbun = await CommandLine.init();
  await kanbun.ok("cron", "add", "@daily", "nightly", "--run", "true", "--label", "gpu");
  expect(await kanbun.task(await kanbun.ok("cron", "run", "1").then((id) => id.trim()))).toMatchObject({
    labels: ["gpu"],
  });
  const lines = '{"title": "a", "host": "north", "label": ["b", "a"]}\n{"title": "b", "labels": ["gpu"]}\n';
  await Bun.write(join(kanbun.home, "..", "tasks.jsonl"), lines);
  const { task_ids: ids } = (await kanbun.json(["create", "--from", "tasks.jsonl"])).data;
  expect(await kanbun.task(ids[0])).toMatchObject({ host: "north", labels: ["a", "b"] });
  await Bun.write(join(kanbun.home, "..", "board.jsonl"), await kanbun.ok("export"));
  const other = await CommandLine.init();
  await other.ok("import", join(kanbun.home, "..", "board.jsonl"));
  expect((await other.json(["list"])).data.tasks).toMatchObject([
    { title: "nightly", host: null, labels: ["gpu"] },
    { title: "a", host: "north", labels: ["a", "b"] },
    { title: "b", host: null, labels: ["gpu"] },
  ]);
});

test("a task may ask for exactly the labels that a home may have", async () => {
  const { home } = await CommandLine.init();
  for (const label of ["gpu", "a.b_c-1", "x".repeat(64), "x".repeat(65), "a b", "", "-a", "é", "a\nb"]) {
    await Bun.write(join(home, "kanbun.toml"), `[host]\nlabels = [${JSON.stringify(label)}]\n`);
    expect({ label, isKept: readConfig(home).fault === null }).toEqual({ label, isKept: isLabel(label) });
  }
});
