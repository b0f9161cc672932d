import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join, resolve } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { commandTable } from "../../src/cli/command-table.ts";
import { CommandLine, forAll } from "../cli/command-line.ts";
import { makeTestHome } from "../support/home.ts";
import { lacksOnWindows } from "../windows/left-out.ts";

const root = resolve(import.meta.dir, "../..");

/** Unpacks the package into a node_modules folder, with nothing beside it; its folder there. */
function install(): string {
  const folder = makeTestHome();
  const run = (command: string[], cwd: string) => expect(Bun.spawnSync(command, { cwd }).exitCode).toBe(0);
  run([process.execPath, "pm", "pack", "--destination", folder], root);
  run(["tar", "-xzf", readdirSync(folder)[0] ?? ""], folder);
  mkdirSync(join(folder, "node_modules"));
  renameSync(join(folder, "package"), join(folder, "node_modules", "kanbun"));
  return join(folder, "node_modules", "kanbun");
}

test.skipIf(lacksOnWindows("programs of Linux"))(
  "the package has all that its program needs, and nothing of the tests",
  async () => {
    const folder = install();
    const program = join(folder, packageJson.bin.kanbun);
    expect(readFileSync(program, "utf8")).toStartWith("#!/usr/bin/env bun\n");
    const kanbun = new CommandLine(undefined, [process.execPath, program]);
    expect(await kanbun.ok("--version")).toBe(`${packageJson.version}\n`);
    await forAll(Object.keys(commandTable), (name) => kanbun.ok(name, "--help"));
    await kanbun.ok("init");
    const id = await kanbun.create("say it", "--run", "kanbun comment $KANBUN_TASK said");
    await kanbun.ok("dispatch", "--until-idle");
    expect((await kanbun.task(id)).status).toBe("done");
    expect(readFileSync(join(kanbun.home, "kanban", "bin", "kanbun"), "utf8")).toContain(program);
    const names = readdirSync(folder);
    expect(names).toContain("LICENSE");
    for (const name of ["test", "build", "bun.lock", ".ci"]) expect(names).not.toContain(name);
    expect(readdirSync(join(folder, "dist")).sort()).toEqual([
      "kanbun-all.js",
      "kanbun-all.js.jsc",
      "kanbun.1",
      "kanbun.js",
      "kanbun.js.jsc",
      "page.json",
    ]);
    // npm links manual pages only where they are an array.
    const pages: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).man;
    expect(pages).toEqual(["./dist/kanbun.1"]);
    // What every command loads has none of what only the server and MCP need.
    const hasServer = (name: string) =>
      readFileSync(join(folder, "dist", name), "utf8").includes("tools/list");
    expect([hasServer("kanbun.js"), hasServer("kanbun-all.js")]).toEqual([false, true]);
    const served = kanbun.spawn(["serve", "--port", "0", "--json"]);
    const { value = "" } = await served.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
    expect(await (await fetch(JSON.parse(value).data.url)).text()).toStartWith("<!doctype html>");
    served.kill();
    await served.exited;
    // Where it was built is of no use to anyone.
    for (const name of readdirSync(join(folder, "dist")))
      expect(readFileSync(join(folder, "dist", name)).includes(root)).toBe(false);
  },
);
