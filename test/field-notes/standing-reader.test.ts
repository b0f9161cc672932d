import { expect, test } from "bun:test";
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { CommandLine, mainPath } from "../cli/command-line.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { lacksOnWindows } from "../windows/left-out.ts";

/** A pipe whose reader stands still until it is asked. */
async function makePipe() {
  const path = join(makeTestHome(), "pipe");
  await Bun.$`mkfifo ${path}`;
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const buffer = Buffer.alloc(1 << 16);
  return {
    path,
    /** Nothing more goes in. */
    fill() {
      for (const piece of [4096, 1]) while (tryOr(() => writeSync(fd, "x".repeat(piece)), 0) > 0);
    },
    read: () =>
      buffer.toString(
        "utf8",
        0,
        tryOr(() => readSync(fd, buffer, 0, buffer.length, null), 0),
      ),
    [Symbol.dispose]: () => closeSync(fd),
  };
}

function tryOr<Result>(work: () => Result, otherwise: Result): Result {
  try {
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    return otherwise;
  }
}

for (const flags of [[], ["--json"]])
  test.skipIf(lacksOnWindows("fifo"))(
    `X9: a resident ${flags[0] ?? "for people"} whose reader stands still works on, and TERM ends it`,
    async () => {
      const kanbun = await CommandLine.init();
      using pipe = await makePipe();
      pipe.fill();
      const script = `exec '${process.execPath}' '${mainPath}' dispatch --watch ${flags.join(" ")} >'${pipe.path}'`;
      const resident = Bun.spawn(["sh", "-c", script], {
        cwd: "/",
        env: { ...process.env, KANBUN_HOME: kanbun.home },
        stdin: "ignore",
        stderr: "ignore",
      });
      for (let count = 0; count < 3; count++) {
        const id = await kanbun.create("t", "--assignee", "shell", "--body", "true");
        await eventually("it is done", async () => (await kanbun.task(id)).status === "done");
      }
      resident.kill("SIGTERM");
      expect(await resident.exited).toBe(0);
    },
  );

test.skipIf(lacksOnWindows("fifo"))(
  "X9: what a reader that stood still has missed is counted, in its place, and what comes later is told again",
  async () => {
    using pipe = await makePipe();
    const queue = join(import.meta.dir, "../../src/cli/text/output-queue.ts");
    const program = `const { OutputQueue } = await import("${queue}");
      const queue = new OutputQueue(1, (count) => "dropped " + count + "\\n");
      for (let line = 0; line < 300_000; line++) queue.push("line " + line + "\\n");
      console.error("pushed");
      for await (const line of console) { queue.push("later\\n"); break; }`;
    const child = Bun.spawn(["sh", "-c", `exec '${process.execPath}' -e '${program}' >'${pipe.path}'`], {
      stdin: "pipe",
      stderr: "pipe",
    });
    for await (const text of child.stderr) if (new TextDecoder().decode(text).includes("pushed")) break;
    let said = "";
    await eventually("it is said how many", () => {
      for (let text = pipe.read(); text !== ""; text = pipe.read()) said += text;
      return said.includes("dropped");
    });
    child.stdin.write("go\n");
    child.stdin.end();
    await eventually("it goes on", () => {
      said += pipe.read();
      return said.endsWith("later\n");
    });
    const lines = said.trimEnd().split("\n");
    const told = lines.filter((line) => line.startsWith("line "));
    expect(told).toEqual(Array.from({ length: told.length }, (_, index) => `line ${index}`));
    expect(lines.slice(told.length)).toEqual([`dropped ${300_000 - told.length}`, "later"]);
    expect(await child.exited).toBe(0);
  },
);
