import { expect, test } from "bun:test";
import { eventually } from "../support/eventually.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { CommandLine } from "./command-line.ts";

homesInMemory();

test("log finds the run that failed, its lines with a word, and what failed on the whole board", async () => {
  const kanbun = await CommandLine.init("[dispatch]\nmax_retries = 1\n");
  const bad = await kanbun.create("bad", "--run", "echo one; echo Error: two; echo three; exit 2");
  const good = await kanbun.create("good", "--run", "echo fine");
  await kanbun.run(["dispatch", "--until-idle"]);
  expect(await kanbun.ok("log", bad, "--grep", "error|three")).toBe("Error: two\nthree\n");
  expect(await kanbun.ok("log", bad, "--grep", "Three")).toBe("");
  expect(await kanbun.ok("log", "--failed", "-n", "1")).toBe(
    `==> ${bad} bad, run 1: exit code 2 <==\nthree\n`,
  );
  // It succeeds at last: its last run is not the one that failed.
  await kanbun.ok("edit", bad, "--body", "echo better");
  await kanbun.ok("retry", bad);
  await kanbun.run(["dispatch", "--until-idle"]);
  expect(await kanbun.ok("log", bad)).toBe("better\n");
  expect(await kanbun.ok("log", bad, "--failed", "--grep", "two")).toBe("Error: two\n");
  expect(await kanbun.run(["log", "--failed"])).toMatchObject({
    code: 0,
    stdout: "",
    stderr: "no task has failed\n",
  });
  expect((await kanbun.json(["log", good, "--failed"])).error).toMatchObject({
    kind: "not_found",
    message: `no run of ${good} "good" has failed`,
  });
  const { data } = await kanbun.json(["log", bad, "--since", "1h"]);
  expect(data.logs.map((log: { outcome: string; text: string }) => [log.outcome, log.text])).toEqual([
    ["crashed", "one\nError: two\nthree\n"],
    ["completed", "better\n"],
  ]);
  expect(await kanbun.ok("log", bad, "--since", "1h", "--grep", "better")).toBe(
    `==> ${bad}, run 3: completed <==\nbetter\n`,
  );
  expect((await kanbun.json(["log", good, "--since", "2099-01-01"])).data.logs).toEqual([]);
  expect((await kanbun.json(["log", good, "--grep", "("])).error?.kind).toBe("usage");
  expect((await kanbun.json(["log", good, "--timestamps"])).error?.message).toBe(
    "--timestamps needs --follow",
  );
});

test("log --timestamps gives no time to a line that was there before", async () => {
  const kanbun = await CommandLine.init();
  const waits = "echo early; while ! [ -e go ]; do sleep 0.05; done; echo late";
  const id = await kanbun.create("slow", "--run", waits, "--scratch");
  await kanbun.ok("dispatch");
  const path = `${kanbun.home}/kanban/runs/1/output.log`;
  await eventually("the first line", async () => (await Bun.file(path).text()) === "early\n");
  const follower = kanbun.spawn(["log", "-f", id, "--timestamps"]);
  const lines = linesOf(follower.stdout);
  expect((await lines.next()).value).toBe(`${" ".repeat(21)}early`);
  await Bun.write(`${kanbun.home}/kanban/workspaces/${id}/go`, "");
  expect((await lines.next()).value).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}late$/);
  // No dispatcher is there that would close the run.
  follower.kill();
  await follower.exited;
});

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
