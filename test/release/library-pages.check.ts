import { expect, test } from "bun:test";
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { installPackage } from "../support/installed-package.ts";
import { lacksOnWindows } from "../windows/left-out.ts";

const root = resolve(import.meta.dir, "../..");
const page = readFileSync(join(root, "docs/library.md"), "utf8");
/** The programs of the page, each under the name that its first line gives it. */
const programs = new Map(
  [...page.matchAll(/^```ts\n\/\/ (\S+\.ts)\n([\s\S]*?)^```$/gm)].map(([, name = "", text = ""]) => [
    name,
    text,
  ]),
);
const isLeftOut = lacksOnWindows("programs of Linux");

/** A folder of its own with the installed package and all programs of the page. */
function makeFolder(): string {
  const folder = makeTestHome();
  cpSync(installPackage(), folder, { recursive: true });
  for (const [name, text] of programs) writeFileSync(join(folder, name), text);
  return folder;
}

function start(folder: string, name: string) {
  const child = Bun.spawn([process.execPath, name], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder },
    stdout: "pipe",
    stderr: "pipe",
  });
  let said = "";
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const bytes of child.stdout) said += decoder.decode(bytes, { stream: true });
  })();
  return {
    said: () => said,
    async stop() {
      child.kill("SIGTERM");
      return this.ended();
    },
    async ended() {
      const [code, stderr] = await Promise.all([child.exited, child.stderr.text(), reading]);
      return { code, stderr, said };
    },
  };
}

test("the page of the library has its five programs", () => {
  expect([...programs.keys()]).toEqual(["tasks.ts", "resident.ts", "edge.ts", "serve.ts", "web.ts"]);
});

test.skipIf(isLeftOut)(
  "the library's page: tasks are added, and waited for until they are done",
  async () => {
    const { code, stderr, said } = await start(makeFolder(), "tasks.ts").ended();
    expect({ code, stderr, said }).toEqual({
      code: 0,
      stderr: "",
      said: "Build done \nPublish done \nbuilt\n",
    });
  },
);

test.skipIf(isLeftOut)(
  "the library's page: a resident works off what others add, until it is told to stop",
  async () => {
    const folder = makeFolder();
    const program = start(folder, "resident.ts");
    await eventually("the resident is ready", () => program.said().includes("ready\n"));
    const kanbun = [
      join(folder, "node_modules/.bin/kanbun"),
      "create",
      "x",
      "--run",
      "echo hello",
      "--home",
      "board",
    ];
    const made = Bun.spawnSync(kanbun, { cwd: folder });
    const id = made.stdout.toString().trim();
    await eventually("the task is done", () => program.said().includes(`${id} completed`));
    const { code, stderr, said } = await program.stop();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(said).toContain(`default started ${id}\n`);
    expect(said).toEndWith("stopped\n");
  },
);

test.skipIf(isLeftOut)(
  "the library's page: a handler creates by POST, ticks by a timer, and answers",
  async () => {
    const program = start(makeFolder(), "serve.ts");
    const url = await eventually("the server listens", () => /^http:\S+\n/.exec(program.said())?.[0].trim());
    const post = (key: string) =>
      fetch(`${url}/jobs/greet`, { method: "POST", headers: { "idempotency-key": key } });
    const made = await post("one");
    expect(made.status).toBe(202);
    const { task } = (await made.json()) as { task: string };
    expect(((await (await post("one")).json()) as { task: string }).task).toBe(task);
    await eventually("the task is done", async () => {
      const answer = (await (await fetch(`${url}/tasks/${task}`)).json()) as { status: string };
      return answer.status === "done";
    });
    await eventually("the report was told", () => program.said().includes("default completed 1\n"));
    expect((await fetch(`${url}/jobs/none`, { method: "POST" })).status).toBe(404);
    expect((await fetch(`${url}/tasks/t_00000000`)).status).toBe(404);
    await program.stop();
  },
);

test.skipIf(isLeftOut)(
  "the library's page: beside the handler the same server has the API, for who has its token",
  async () => {
    const program = start(makeFolder(), "web.ts");
    const [url = "", token = ""] = await eventually("the server listens", () =>
      program.said().includes("\n") ? program.said().trim().split(" ") : undefined,
    );
    const made = await fetch(`${url}/jobs/greet`, { method: "POST" });
    const { task } = (await made.json()) as { task: string };
    const ask = (headers: Record<string, string>) =>
      fetch(`${url}/api/v1/boards/default/tasks/${task}`, { headers });
    expect((await ask({})).status).toBe(401);
    const answer = await ask({ authorization: `Bearer ${token}` });
    expect(await answer.json()).toMatchObject({ ok: true, data: { card: { title: "greet" } } });
    await program.stop();
  },
);

test.skipIf(isLeftOut)(
  "the library's page: its programs are typed, with what `bun init` asks of them",
  () => {
    const folder = makeFolder();
    for (const name of ["@types", "bun-types", "undici-types"])
      if (existsSync(join(root, "node_modules", name)))
        symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
    const compilerOptions = {
      lib: ["ESNext"],
      target: "ESNext",
      module: "Preserve",
      types: ["bun"],
      allowImportingTsExtensions: true,
      verbatimModuleSyntax: true,
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      noUncheckedIndexedAccess: true,
      noImplicitOverride: true,
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    const ran = Bun.spawnSync([process.execPath, join(root, "node_modules/typescript/bin/tsc")], {
      cwd: folder,
    });
    expect(ran.stdout.toString()).toBe("");
  },
);

test.skipIf(isLeftOut)("importing the library does nothing, and loads no commander", async () => {
  const folder = makeFolder();
  expect(existsSync(join(folder, "node_modules/commander"))).toBe(false);
  const look =
    "JSON.stringify([fs.readdirSync('/proc/self/fd').length, fs.readFileSync('/proc/self/maps','utf8').split('\\n').filter(l=>/libc\\.so|\\.node/.test(l)).length])";
  writeFileSync(
    join(folder, "import.ts"),
    `import * as fs from "node:fs";
const before = ${look};
const kanbun = await import("kanbun");
if (${look} !== before) throw new Error("something was opened");
const loaded = Object.keys(require.cache).filter((path) => path.includes("node_modules"));
console.log(Object.keys(kanbun).sort().join(), loaded.map((path) => path.split("/src/")[1]).sort().join());
`,
  );
  const { code, stderr, said } = await start(folder, "import.ts").ended();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(said).toBe(
    "BoardError,ConfigError,openHome board/error.ts,home/index.ts,system/config/config-error.ts,system/text/hostile-text.ts\n",
  );
  expect(existsSync(join(folder, ".kanbun"))).toBe(false);
  // Without commander all of the library works.
  const { code: worked, said: answered } = await start(folder, "tasks.ts").ended();
  expect([worked, answered]).toEqual([0, "Build done \nPublish done \nbuilt\n"]);
});
