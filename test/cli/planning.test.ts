import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { eventually } from "../support/eventually.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { expectNoneLeft, processesOf } from "../support/processes.ts";
import { makeStandIns } from "../support/stand-ins.ts";
import { CommandLine } from "./command-line.ts";

homesInMemory();

async function makeScene(act: string, ...options: readonly string[]) {
  const kanbun = await CommandLine.init(
    '[profiles.claude]\nagent = "claude"\n[profiles.codex]\nagent = "codex"\n',
  );
  const PATH = makeStandIns(dirname(kanbun.home), "claude", "codex");
  const id = await kanbun.create("Paint the roof", "--body", `act: ${act}`, ...options);
  return { kanbun, id, json: (...args: readonly string[]) => kanbun.json(args, { env: { PATH } }) };
}

describe.skipIf(process.platform === "win32")("a plan by a profile", () => {
  test("is a specification that becomes the task's text when that is wanted; who is asked can change nothing", async () => {
    const { kanbun, id, json } = await makeScene("good", "--assignee", "claude");
    const shown = await json("specify", id, "--dry-run");
    expect(shown.data).toMatchObject({
      is_written: false,
      specification: "## Goal\n\nPaint it red.",
      cost_usd: 0.25,
    });
    expect((await kanbun.task(id)).body).toBe("act: good");
    expect((await json("specify", id)).error?.hint).toContain("--yes");
    expect((await json("specify", id, "--yes")).data).toMatchObject({ is_written: true });
    expect((await kanbun.task(id)).body).toBe("## Goal\n\nPaint it red.");
    expect((await json("show", id)).data.comments).toEqual([]);
  });

  test("is asked for all that is in triage, one after the other; what one agent fails at is told", async () => {
    const { kanbun, id, json } = await makeScene("good", "--assignee", "claude", "--triage");
    const bad = await kanbun.create("Bad", "--body", "act: hostile", "--assignee", "claude", "--triage");
    await kanbun.create("Other", "--body", "act: good", "--assignee", "claude");
    const { code, data } = await json("specify", "--all", "--yes");
    expect([code, data.moved, data.failed]).toEqual([1, 1, 1]);
    const byTask = Object.fromEntries(data.results.map((one: { task_id: string }) => [one.task_id, one]));
    expect(byTask[id]).toMatchObject({
      ok: true,
      is_written: true,
      specification: expect.stringContaining("Paint"),
    });
    expect(byTask[bad]).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining("answered nothing") },
    });
    expect((await kanbun.task(id)).body).toBe("## Goal\n\nPaint it red.");
  });

  test("is tasks with links, made in one transaction, for which the task then waits", async () => {
    const folder = dirname((await makeScene("good")).kanbun.home);
    const { id, json, kanbun } = await makeScene("good", "--workspace", `dir:${folder}`);
    expect((await json("decompose", id, "--yes")).error?.message).toBe("no profile to ask");
    const { data } = await json("decompose", id, "--profile", "claude", "--yes");
    const [first, second] = data.task_ids;
    expect(await kanbun.task(first)).toMatchObject({
      title: "Buy paint",
      status: "ready",
      workspacePath: folder,
    });
    expect(await kanbun.task(second)).toMatchObject({ title: "Paint", status: "todo", assignee: "codex" });
    expect(await kanbun.task(id)).toMatchObject({ status: "todo" });
    const { parents } = (await json("show", id)).data;
    expect(parents.map((one: { id: string }) => one.id).sort()).toEqual([first, second].sort());
  });

  test("that has a command in it makes nothing, and one of a failing agent neither", async () => {
    const { kanbun, id, json } = await makeScene("hostile");
    const refused = await json("decompose", id, "--profile", "claude", "--yes");
    expect(refused.error?.message).toContain('line 2 of the plan has "run"');
    expect((await json("specify", id, "--profile", "claude", "--yes")).error?.message).toContain(
      "answered nothing",
    );
    await using store = await kanbun.open();
    expect((await store.getCounts()).tasks).toBe(1);
    expect(existsSync(join(dirname(kanbun.home), "owned"))).toBe(false);
  });

  test("that takes too long, or is interrupted, ends with all that was started for it", async () => {
    const limits = 'max_runtime = "300ms"\ngrace = "200ms"\n';
    const kanbun = await CommandLine.init(`[profiles.claude]\nagent = "claude"\n${limits}`);
    const PATH = makeStandIns(dirname(kanbun.home), "claude");
    const id = await kanbun.create("Paint", "--body", "act: stubborn", "--assignee", "claude");
    const late = await kanbun.json(["specify", id, "--yes"], { env: { PATH } });
    expect(late.error?.message).toStartWith("the profile claude could not answer: it took longer than");
    await expectNoneLeft(kanbun.home);

    await Bun.write(
      join(kanbun.home, "kanbun.toml"),
      '[profiles.claude]\nagent = "claude"\ngrace = "200ms"\n',
    );
    const asking = kanbun.spawn(["specify", id, "--yes", "--json"], { env: { PATH } });
    // The agent, the shell that it has left, and what that one has started.
    await eventually("it is at it", () => processesOf(kanbun.home).length >= 4);
    asking.kill("SIGINT");
    expect(await asking.exited).not.toBe(0);
    expect(await asking.stdout.text()).toContain("interrupted: claude was ended, and nothing was written");
    await expectNoneLeft(kanbun.home);
    expect((await kanbun.task(id)).body).toBe("act: stubborn");
  });
});
