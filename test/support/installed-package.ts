import { readdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { makeTestHome } from "./home.ts";

const root = resolve(import.meta.dir, "../..");

function run(command: readonly string[], cwd: string): void {
  const ran = Bun.spawnSync([...command], { cwd, stderr: "pipe" });
  if (ran.exitCode !== 0) throw new Error(`${command.join(" ")}: ${ran.stderr.toString()}`);
}

/** An otherwise empty folder in which the package was installed from its own tarball. It depends on nothing: no network. */
export function installPackage(): string {
  const folder = makeTestHome();
  run([process.execPath, "pm", "pack", "--destination", folder], root);
  const tarball = readdirSync(folder).find((name) => name.startsWith(`${packageJson.name}-`));
  writeFileSync(`${folder}/package.json`, JSON.stringify({ name: "user", type: "module" }));
  run([process.execPath, "add", `./${tarball}`], folder);
  return folder;
}
