import { expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { CommandLine, forAll, mainPath } from "../cli/command-line.ts";
import { eventually } from "../support/eventually.ts";
import { lacksOnWindows } from "../windows/left-out.ts";

const hasFullDevice = existsSync("/dev/full");
if (!hasFullDevice) console.log("skip: there is no /dev/full here");
const noDevices = lacksOnWindows("POSIX paths");

/** A command whose answer no one can take. */
async function unheard(kanbun: CommandLine, args: readonly string[]) {
  const child = Bun.spawn([process.execPath, mainPath, ...args], {
    env: { PATH: process.env.PATH ?? "", HOME: dirname(kanbun.home), KANBUN_HOME: kanbun.home },
    stdout: Bun.file("/dev/full"),
    stderr: "pipe",
  });
  const [stderr, code] = await Promise.all([child.stderr.text(), child.exited]);
  return { stderr, code };
}

test.skipIf(!hasFullDevice)(
  "X53: what was done is told on standard error where standard output is full, with its id",
  async () => {
    const kanbun = await CommandLine.init();
    await kanbun.ok("boards", "create", "shop");
    await forAll(
      [
        ["create", "made"],
        ["create", "made", "--json"],
      ],
      async (args) => {
        const { code, stderr } = await unheard(kanbun, args);
        const id = /t_[0-9a-f]{8}/.exec(stderr)?.[0] ?? `no id in ${stderr}`;
        expect([args, code, (await kanbun.task(id)).title]).toEqual([args, 1, "made"]);
        expect(stderr).not.toMatch(/run the command again/);
        expect(stderr).toContain("it is done");
      },
    );
    const id = await kanbun.create("other");
    const lines = join(dirname(kanbun.home), "tasks.jsonl");
    writeFileSync(lines, '{"title": "from a file"}\n');
    const more = [
      ["comment", id, "hello"],
      ["claim", id],
      ["complete", id],
      ["create", "--from", lines],
      ["pause"],
      ["boards", "create", "lab"],
      ["boards", "rename", "shop", "Shop"],
      ["boards", "rm", "shop"],
      ["init", "--home", join(dirname(kanbun.home), "second")],
      ["dispatch"],
    ];
    for (const args of more) {
      const { code, stderr } = await unheard(kanbun, args);
      expect([args, code, stderr]).toEqual([args, 1, expect.stringContaining("it is done")]);
      expect([args, stderr]).toEqual([args, expect.not.stringMatching(/run the command again/)]);
    }
    expect((await kanbun.task(id)).status).toBe("done");
  },
);

test.skipIf(!hasFullDevice)(
  "X53: of a task whose output can't be shown run says that it is made, and what to type",
  async () => {
    const kanbun = await CommandLine.init();
    const { code, stderr } = await unheard(kanbun, ["run", "echo heard"]);
    const id = /t_[0-9a-f]{8}/.exec(stderr)?.[0] ?? `no id in ${stderr}`;
    expect(code).toBe(1);
    expect(stderr).not.toMatch(/run the command again/);
    expect(stderr).toContain(`kanbun log -f ${id}`);
    await kanbun.ok("dispatch", "--until-idle");
    expect((await kanbun.task(id)).status).toBe("done");
    expect(await kanbun.ok("log", id)).toContain("heard");
  },
);

test.skipIf(!hasFullDevice)("X53: what only reads doesn't say that something was done", async () => {
  const kanbun = await CommandLine.init();
  const { code, stderr } = await unheard(kanbun, ["list", "--json"]);
  expect([code, stderr]).toEqual([1, expect.not.stringContaining("it is done")]);
});

/** A line of shell in which "$@" is this Kanbun. */
async function shell(kanbun: CommandLine, line: string, env: Record<string, string> = {}) {
  const child = Bun.spawn(["sh", "-c", line, "sh", process.execPath, mainPath], {
    env: { PATH: process.env.PATH ?? "", HOME: dirname(kanbun.home), KANBUN_HOME: kanbun.home, ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stderr, code] = await Promise.all([child.stderr.text(), child.exited]);
  return { stderr, code };
}

test.skipIf(noDevices)(
  "X53: with standard output closed an answer goes into no file of the board",
  async () => {
    const kanbun = await CommandLine.init();
    await shell(kanbun, '"$@" create "a title of its own" >&- 2>&- <&-');
    expect((await kanbun.json(["list"])).data.tasks).toMatchObject([{ title: "a title of its own" }]);
    expect((await kanbun.json(["doctor"])).data.checks).toContainEqual(
      expect.objectContaining({ check: "database", status: "ok" }),
    );
  },
);

test.skipIf(noDevices)("X47: /dev/null as an input is an empty text, and no tasks", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("x", "--body-file", "/dev/null");
  expect((await kanbun.task(id)).body).toBe(null);
  expect((await kanbun.json(["create", "--from", "/dev/null"])).data).toMatchObject({
    created: 0,
    task_ids: [],
  });
  const endless = await kanbun.json(["create", "x", "--body-file", "/dev/zero"]);
  expect(endless.error).toMatchObject({
    kind: "usage",
    message: expect.stringContaining("longer than 8 MiB"),
  });
});

const lineThroughPipe = `printf '{"title": "through a pipe"}' | "$@" create --from -`;

test.skipIf(noDevices)(
  "X46: where nothing can be written in the temporary folder, --from - takes the home",
  async () => {
    const kanbun = await CommandLine.init();
    expect(await shell(kanbun, lineThroughPipe, { TMPDIR: "/proc/none" })).toEqual({ code: 0, stderr: "" });
    expect((await kanbun.json(["list"])).data.tasks).toMatchObject([{ title: "through a pipe" }]);
    expect(readdirSync(kanbun.home).filter((name) => name.includes("lines"))).toEqual([]);
  },
);

test.skipIf(noDevices)("X46: where nothing can be written at all, --from - names TMPDIR", async () => {
  const { code, stderr } = await shell(new CommandLine("/proc/self"), lineThroughPipe, {
    TMPDIR: "/proc/none",
    HOME: "/",
  });
  expect([code, stderr]).toEqual([1, expect.stringContaining("set TMPDIR")]);
});

/** A task at work whose log a test writes itself, and a reader that follows it. */
async function follow(kanbun: CommandLine, ...options: string[]) {
  const id = await kanbun.create("x");
  const run = (await kanbun.json(["claim", id])).data.run_id;
  const log = join(kanbun.home, "kanban/runs", String(run), "output.log");
  mkdirSync(dirname(log), { recursive: true });
  writeFileSync(log, "one\ntwo\n");
  const child = kanbun.spawn(["log", "-f", id, ...options]);
  let seen = "";
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) seen += decoder.decode(chunk, { stream: true });
  })();
  const saw = (text: string) => eventually(`the reader sees ${text}`, () => seen.includes(text));
  await saw("two");
  return {
    id,
    log,
    saw,
    end: async () => {
      await kanbun.ok("complete", id);
      await reading;
      return { seen, stderr: await child.stderr.text(), code: await child.exited };
    },
  };
}

test.skipIf(noDevices)(
  "X48: log -f says that a log has become shorter, and goes on with what comes",
  async () => {
    const kanbun = await CommandLine.init();
    const { log, saw, end } = await follow(kanbun);
    truncateSync(log, 0);
    writeFileSync(log, "3\n");
    await saw("3\n");
    writeFileSync(`${log}.new`, "a file of its own\n");
    renameSync(`${log}.new`, log);
    await saw("a file of its own\n");
    const { code, stderr, seen } = await end();
    expect([code, seen]).toEqual([0, "one\ntwo\n3\na file of its own\n"]);
    expect(stderr.match(/became shorter/g)?.length).toBe(2);
  },
);

test.skipIf(noDevices)("X48: the same in JSON is a document of its own", async () => {
  const kanbun = await CommandLine.init();
  const { log, saw, end } = await follow(kanbun, "--json");
  truncateSync(log, 0);
  await saw('"is_from_start":true');
  writeFileSync(log, "3\n");
  await saw('"3\\n"');
  expect((await end()).code).toBe(0);
});

test("X54: a body with CRLF runs as it would with LF, and creating it says so", async () => {
  if (process.platform === "win32") return;
  const kanbun = await CommandLine.init();
  const body = "if true\r\nthen echo fine\r\nfi\r\nfalse\r\n";
  const file = join(dirname(kanbun.home), "body");
  writeFileSync(file, body);
  const made = await kanbun.run([
    "create",
    "x",
    "--assignee",
    "shell",
    "--body-file",
    file,
    "--max-retries",
    "1",
  ]);
  expect(made.stderr).toContain("its lines end in CRLF");
  const id = made.stdout.trim();
  await kanbun.ok("dispatch", "--until-idle", "--exit-zero");
  expect((await kanbun.task(id)).status).toBe("blocked");
  const [run] = (await kanbun.json(["runs", id])).data.runs;
  expect([run.error.split("\n")[0], run.error.includes("not found")]).toEqual(["exit code 1", false]);
  expect(readFileSync(join(kanbun.home, "kanban/runs", String(run.id), "output.log"), "utf8")).toBe("fine\n");
  // The board has what was given.
  expect((await kanbun.task(id)).body).toBe(body);
});

test("X54: every way to give such a body to the shell says so, and no other", async () => {
  if (process.platform === "win32") return;
  const kanbun = await CommandLine.init();
  const note = async (...args: string[]) => (await kanbun.run(args)).stderr.includes("CRLF");
  const crlf = "a\r\nb";
  const id = await kanbun.create("x", "--body", crlf);
  expect(await note("assign", id, "shell")).toBe(true);
  expect(await note("edit", id, "--body", crlf)).toBe(true);
  expect(await note("create", "x", "--run", crlf)).toBe(true);
  const lines = join(dirname(kanbun.home), "tasks.jsonl");
  writeFileSync(lines, `${JSON.stringify({ title: "x", run: crlf })}\n`.repeat(2));
  expect((await kanbun.run(["create", "--from", lines])).stderr).toContain(
    "the lines of 2 tasks end in CRLF",
  );
  expect(await note("create", "x", "--body", crlf)).toBe(false);
  expect(await note("edit", id, "--body", "a\nb")).toBe(false);
});
