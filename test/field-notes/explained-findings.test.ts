import { expect, test } from "bun:test";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandLine } from "../cli/command-line.ts";
import { makeTestHome } from "../support/home.ts";
import { lacksOnWindows } from "../windows/left-out.ts";
import { leftOutWithout } from "./left-out-without.ts";

async function open(config = ""): Promise<CommandLine> {
  const kanbun = await CommandLine.init(config);
  return kanbun;
}

test.skipIf(leftOutWithout("mounts"))(
  "I9: explain names the scratch folder that could not be removed, as the report does, and nothing once it is gone",
  async () => {
    const kanbun = await open();
    const id = await kanbun.create(
      "t",
      "--scratch",
      "--run",
      `mkdir mnt && mount --bind '${makeTestHome()}' mnt`,
    );
    const folder = join(kanbun.home, "kanban", "workspaces", id);
    try {
      const { data } = await kanbun.json(["dispatch", "--until-idle"]);
      expect(data.boards[0].findings).toMatchObject([{ about: "scratch_folder", task_id: id, path: folder }]);
      const hold = (await kanbun.json(["explain", id])).data;
      expect(hold).toMatchObject({
        reason: "done",
        command: expect.stringContaining("kanbun dispatch --max 0"),
      });
      expect(hold.detail).toContain(`its scratch folder is still there: ${folder}`);
      // What is said to be typed says what is in its way.
      expect(await kanbun.ok("dispatch", "--max", "0")).toContain("something else is mounted there");
    } finally {
      Bun.spawnSync(["umount", join(folder, "mnt")]);
    }
    await kanbun.ok("dispatch", "--max", "0");
    expect(existsSync(folder)).toBe(false);
    expect((await kanbun.json(["explain", id])).data).toMatchObject({
      detail: expect.stringMatching(/^finished at [-\d]+ [:\d]+$/),
      command: null,
    });
  },
);

test.skipIf(lacksOnWindows("permission bits"))(
  "I9: explain names what keeps a board from starting anything, where a tick's report does: modes and board.json",
  async () => {
    const kanbun = await open();
    const id = await kanbun.create("x", "--run", "true");
    const explain = async () => (await kanbun.json(["explain", id])).data;
    expect((await explain()).reason).toBe("next_tick");
    const boardFile = (await kanbun.json(["status"])).data.database;
    chmodSync(boardFile, 0o666);
    const [report] = (await kanbun.json(["dispatch"])).data.boards;
    expect(report).toMatchObject({ spawned: [], findings: [{ about: "board" }] });
    const hold = await explain();
    expect(hold.reason).toBe("bad_configuration");
    expect(hold.detail).toContain(`chmod o-w ${boardFile}`);
    chmodSync(boardFile, 0o600);
    expect((await explain()).reason).toBe("next_tick");
  },
);

test("I9: explain names a board.json that can't be used", async () => {
  const kanbun = await open();
  await kanbun.ok("boards", "create", "shop");
  const id = await kanbun.create("x", "--run", "true", "--board", "shop");
  writeFileSync(join(kanbun.home, "kanban", "boards", "shop", "board.json"), "{");
  const hold = (await kanbun.json(["explain", id, "--board", "shop"])).data;
  expect(hold).toMatchObject({ reason: "bad_configuration", detail: expect.stringContaining("board.json") });
});
