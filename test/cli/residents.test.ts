import { expect, test } from "bun:test";
import { BoardError } from "../../src/board/error.ts";
import { requireSafeDisk } from "../../src/home/boards/safe-disk.ts";
import { kanbunCommand, makeTestBoard } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { CommandLine } from "./command-line.ts";

test("status names the residents that live, and none that was killed", async () => {
  const { home } = await makeTestBoard();
  const env = { HOME: home, KANBUN_HOME: home, PATH: process.env.PATH ?? "" };
  const residents = async () => {
    const status = Bun.spawn([...kanbunCommand, "status", "--json"], { env });
    return (await status.stdout.json()).data.residents as { pid: number; boards: string[] }[];
  };
  const watch = () => Bun.spawn([...kanbunCommand, "dispatch", "--watch"], { env, stdout: "ignore" });
  const [killed, ended] = [watch(), watch()];
  await eventually("both are there", async () => (await residents()).length === 2);
  expect((await residents()).map((one) => one.boards)).toEqual([["default"], ["default"]]);
  killed.kill("SIGKILL");
  await killed.exited;
  expect((await residents()).map((one) => one.pid)).toEqual([ended.pid]);
  ended.kill("SIGTERM");
  expect(await ended.exited).toBe(0);
  expect(await residents()).toEqual([]);
});

test.skipIf(process.platform !== "linux")(
  "a resident that is stopped is waited for by no one, and status says what lets it go on",
  async () => {
    const kanbun = await CommandLine.init();
    const resident = kanbun.spawn(["dispatch", "--watch"]);
    const status = async () => (await kanbun.json(["status"])).data;
    await eventually("it has ticked", async () => {
      const { residents, last_tick } = await status();
      return residents.length === 1 && last_tick?.until_at_ms != null;
    });
    resident.kill("SIGSTOP");
    await eventually("it is stopped", async () => (await status()).residents.length === 0);
    expect((await status()).stopped_residents).toMatchObject([{ pid: resident.pid, boards: ["default"] }]);
    const said = await kanbun.ok("status");
    expect(said).toContain("none is running");
    const [, program = "", ...args] = /`(kill) (-CONT) (\d+)`/.exec(said) ?? [];
    expect(await kanbun.ok("run", "echo hello")).toContain("hello");
    expect(Bun.spawnSync([program, ...args]).exitCode).toBe(0);
    await eventually("it is at work", async () => (await status()).residents.length === 1);
    expect((await status()).stopped_residents).toEqual([]);
    resident.kill("SIGTERM");
    expect(await resident.exited).toBe(0);
  },
);

test.each(["nfs4", "cifs", "9p", "fuse.sshfs"])(
  "a board is not made on %s, unless somebody insists",
  (kind) => {
    const read = () => ({ kind, mountPoint: "/mnt" });
    expect(() => requireSafeDisk("/mnt/home", { force: false, read })).toThrow(BoardError);
    expect(() => requireSafeDisk("/mnt/home", { force: true, read })).not.toThrow();
  },
);

test.each(["ext4", "btrfs", "tmpfs", "overlay"])("a board is made on %s", (kind) => {
  expect(() =>
    requireSafeDisk("/home", { force: false, read: () => ({ kind, mountPoint: "/" }) }),
  ).not.toThrow();
});
