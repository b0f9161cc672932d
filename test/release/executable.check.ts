import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { buildExecutable } from "../../build/executable.ts";
import { requireTarget } from "../../build/targets.ts";
import { identifyProcess, probeProcess, signalProcess } from "../../native-shims/index.ts";
import packageJson from "../../package.json" with { type: "json" };
import { commandTable } from "../../src/cli/command-table.ts";
import { removeTree } from "../../src/system/files/remove-tree.ts";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { CommandLine, forAll } from "../cli/command-line.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { startFixture } from "../support/processes.ts";
import { testRunPrefix } from "../support/test-run.ts";
import { lacksOnWindows } from "../windows/left-out.ts";

const system = process.platform === "darwin" ? "macos" : process.platform === "win32" ? "windows" : "linux";
const folder = mkdtempSync(join(tmpdir(), testRunPrefix));
let executable = "";

beforeAll(async () => {
  const given = process.env.KANBUN_TEST_EXECUTABLE;
  executable = given
    ? resolve(given)
    : await buildExecutable(requireTarget(`${system}-${process.arch}`), folder);
});
afterAll(() => removeTree(folder));

function commandLine(): CommandLine {
  return new CommandLine(undefined, [executable]);
}

test("the executable of this machine says the version of the package", async () => {
  expect(await commandLine().ok("--version")).toBe(`${packageJson.version}\n`);
});

test("the executable has every command in it", async () => {
  const kanbun = commandLine();
  await forAll(Object.keys(commandTable), async (name) => {
    expect(await kanbun.ok(name, "--help")).toContain(`Usage: kanbun ${name}`);
  });
});

test("the executable heeds no file of the folder that it is started in", async () => {
  const kanbun = commandLine();
  const cwd = dirname(kanbun.home);
  writeFileSync(join(cwd, ".env"), "KANBUN_BOARD=elsewhere\n");
  writeFileSync(join(cwd, "bunfig.toml"), 'preload = ["./preload.ts"]\n');
  writeFileSync(join(cwd, "preload.ts"), 'console.log("preloaded");\n');
  writeFileSync(join(cwd, "tsconfig.json"), "{ not a configuration");
  writeFileSync(join(cwd, "package.json"), "{ not a package");
  expect((await kanbun.json(["boards", "list"])).data.current).toBe("default");
});

test("the executable tells an error that nobody foresaw with the lines of the source", async () => {
  const kanbun = commandLine();
  await kanbun.ok("init");
  const id = await kanbun.create("x");
  {
    using db = new Database(boardPaths(kanbun.home, "default").database);
    db.run("CREATE TRIGGER deaf BEFORE UPDATE ON tasks BEGIN SELECT json('{'); END");
  }
  const { stderr } = await kanbun.run(["claim", id], { env: { KANBUN_DEBUG: "1" } });
  expect(stderr).toMatch(/src\/store\/sqlite\/[a-z/-]+\.ts:\d/);
});

test("the executable works the demo off, and its workers find it as kanbun", async () => {
  const cwd = makeTestHome();
  const kanbun = commandLine();
  const { code, data } = await kanbun.json(["dispatch", "--demo"], { env: { TMPDIR: cwd, TEMP: cwd } });
  expect(code).toBe(0);
  expect(new Set(data.tasks.map((task: { status: string }) => task.status))).toEqual(new Set(["done"]));
  expect(readFileSync(join(data.home, "kanban", "bin", "kanbun"), "utf8")).toContain(
    `exec '${executable}' "$@"`,
  );
});

test.skipIf(lacksOnWindows("links"))(
  "an executable that is not on the PATH suggests itself by its path, and one that is there by its name",
  async () => {
    const kanbun = commandLine();
    const elsewhere = await kanbun.run(["list"]);
    expect(elsewhere.stderr).toContain(`make one with \`${executable} init\``);
    const bin = join(dirname(kanbun.home), "bin");
    mkdirSync(bin, { recursive: true });
    symlinkSync(executable, join(bin, "kanbun"));
    const onPath = await kanbun.run(["list"], { env: { PATH: `${bin}${delimiter}${process.env.PATH}` } });
    expect(onPath.stderr).toContain("make one with `kanbun init`");
  },
);

test.skipIf(lacksOnWindows("POSIX paths"))(
  "X22: a worker of the executable whose folder is gone says how it ended",
  async () => {
    const kanbun = commandLine();
    await kanbun.ok("init");
    const leave = "mkdir gone && cd gone && rmdir ../gone";
    const id = await kanbun.create("own", "--run", `${leave} && kanbun complete --summary gone; exit 9`);
    await kanbun.ok("dispatch", "--until-idle");
    expect((await kanbun.task(id)).status).toBe("done");
  },
);

test("the executable gives way to another process that has the dispatch lock, and says who", async () => {
  const kanbun = commandLine();
  await kanbun.ok("init");
  const id = await kanbun.create("wait", "--run", "true");
  const lockPath = `${boardPaths(kanbun.home, "default").database}.dispatch.lock`;
  {
    await using holder = await startFixture("hold-lock.ts", lockPath);
    expect(holder.first).toBe("held");
    const { code, data } = await kanbun.json(["dispatch", "--fail-if-locked"]);
    expect([code, data.boards[0].skipped_locked, data.boards[0].spawned]).toEqual([75, true, []]);
  }
  await kanbun.ok("dispatch", "--until-idle");
  expect((await kanbun.task(id)).status).toBe("done");
});

test("a resident executable outlives the service that started it, and works on", async () => {
  const kanbun = commandLine();
  await kanbun.ok("init");
  const service = resolve(import.meta.dir, "../races/orphan-repro/service-program.ts");
  const command = [executable, "dispatch", "--watch", "--home", kanbun.home];
  const child = Bun.spawn([process.execPath, service, ...command], { stdio: ["ignore", "pipe", "inherit"] });
  const { value } = await child.stdout.getReader().read();
  const orphan = identifyProcess(Number.parseInt(new TextDecoder().decode(value), 10));
  if (orphan === null) throw new Error("the service's dispatcher ended at once");
  try {
    child.kill("SIGKILL");
    await child.exited;
    const id = await kanbun.create("go on", "--run", "echo on");
    await eventually("the orphan has done it", async () => (await kanbun.task(id)).status === "done");
    const { data } = await kanbun.json(["status"]);
    expect(JSON.stringify(data)).toContain(`"pid":${orphan.pid}`);
  } finally {
    signalProcess(orphan, "SIGTERM");
  }
  await eventually("it ends when told to", () => probeProcess(orphan) === "dead");
});

test.skipIf(lacksOnWindows("signals"))(
  "executables among the dispatchers of a race neither run a task twice nor lose one",
  async () => {
    const program = resolve(import.meta.dir, "../races/orphan-repro/main.ts");
    const size = ["--dispatchers", "3", "--tasks", "48", "--seconds", "60"];
    const child = Bun.spawn([process.execPath, program, ...size, "--executable", executable, "--json"], {
      stdout: "pipe",
      stderr: "pipe",
    });
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    const { ok, data } = JSON.parse(stdout);
    expect([stderr, data.failure, data.parts.filter((part: { ok: boolean }) => !part.ok)]).toEqual([
      "",
      null,
      [],
    ]);
    expect(ok).toBe(true);
  },
);
