import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { planService } from "../../../src/cli/service/service-plan.ts";
import { selfCommand } from "../../../src/home/dispatch/self-command.ts";
import { makeTestHome } from "../../support/home.ts";
import { homesInMemory } from "../../support/place-of-homes.ts";
import { CommandLine, mainPath, packageCommand } from "../command-line.ts";

homesInMemory();

const oddName = 'a home, 100% "so" $HOME \\n & <ours> ❄';

/** A home with a board, and a systemctl that writes down how it is called and says what it is told to. */
async function begin(name = "home", systemctl = 'case "$2" in is-active) echo active;; esac') {
  const root = makeTestHome();
  const kanbun = new CommandLine(join(root, name), packageCommand);
  await kanbun.ok("init");
  const bin = join(root, "bin");
  const log = join(root, "calls");
  mkdirSync(bin);
  writeFileSync(join(bin, "systemctl"), `#!/bin/sh\necho "$*" >> "${log}"\n${systemctl}\n`, { mode: 0o755 });
  const env = { PATH: `${bin}:${process.env.PATH}`, XDG_CONFIG_HOME: join(root, "config") };
  const service = (...args: readonly string[]) => kanbun.run(["service", ...args], { env });
  const json = (...args: readonly string[]) => kanbun.json(["service", ...args], { env });
  const calls = () => (existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : []);
  const path: string = (await json("status")).data.path;
  return { kanbun, root, env, service, json, calls, path };
}

function planFor(platform: NodeJS.Platform, home = `/srv/${oddName}`) {
  const env = { HOME: "/home/ada", PATH: "/usr/bin:/opt/a b/bin" };
  return planService({ place: { home } as never, env }, platform);
}

/** What a program prints of a file that it reads from its standard input. */
async function ask(command: readonly string[], input: string | Uint8Array): Promise<string> {
  const child = Bun.spawn([...command], { stdin: Buffer.from(input), stdout: "pipe", stderr: "inherit" });
  return child.stdout.text();
}

test("service install writes a unit, has it started now and at login, and prints both", async () => {
  const { service, json, calls, path, root, kanbun } = await begin();
  expect(dirname(path)).toBe(join(root, "config", "systemd", "user"));
  expect((await json("status")).data).toMatchObject({ installed: false, running: false });
  const { code, stdout, stderr } = await service("install");
  expect([code, stderr]).toEqual([0, ""]);
  const text = readFileSync(path, "utf8");
  expect(stdout).toContain(text);
  expect(stdout).toContain(`started with: systemctl --user enable --now ${path.split("/").at(-1)}`);
  expect(text).toContain(`ExecStart="${process.execPath}" "${mainPath}" "dispatch" "--watch"\n`);
  expect(text).toContain(`"KANBUN_HOME=${kanbun.home}"`);
  for (const line of ["KillMode=process", "Restart=on-failure", "WantedBy=default.target"])
    expect(text.split("\n")).toContain(line);
  const unit = path.split("/").at(-1);
  expect(calls()).toEqual(["--user daemon-reload", `--user enable ${unit}`, `--user restart ${unit}`]);
  expect((await json("status")).data).toMatchObject({ installed: true, running: true, residents: [] });
});

test("service install --print writes and starts nothing", async () => {
  const { service, calls, path } = await begin();
  const { stdout } = await service("install", "--print");
  expect(stdout).toContain("[Service]");
  expect([calls(), existsSync(path)]).toEqual([[], false]);
});

test("without a manager the service is written, and it is said how to start it", async () => {
  const refused = 'echo "Failed to connect to bus: No medium found" >&2; exit 1';
  const { service, json, path } = await begin("home", refused);
  const { code, stdout, stderr } = await service("install");
  expect(code).toBe(0);
  expect(stdout).toContain("start it with: systemctl --user enable --now kanbun-");
  expect(stderr).toContain(
    "could not be started from here: `systemctl --user daemon-reload`: Failed to connect",
  );
  expect(existsSync(path)).toBe(true);
  expect((await json("status")).data).toMatchObject({ installed: true, running: false });
  expect((await service("uninstall")).code).toBe(0);
  expect(existsSync(path)).toBe(false);
});

test("service uninstall stops it, removes its file and nothing else", async () => {
  const { service, calls, path } = await begin();
  await service("install");
  const before = calls().length;
  writeFileSync(join(dirname(path), "other.service"), "[Service]\n");
  expect((await service("uninstall")).stdout).toBe(`removed ${path}\n`);
  const unit = path.split("/").at(-1);
  expect(calls().slice(before)).toEqual([`--user disable --now ${unit}`, "--user daemon-reload"]);
  expect([existsSync(path), existsSync(join(dirname(path), "other.service"))]).toEqual([false, true]);
  expect((await service("uninstall")).stdout).toContain("no service is installed for this home");
});

test("a file of this name that Kanbun has not written is neither replaced, stopped nor removed", async () => {
  const { service, json, calls, path } = await begin();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "[Service]\nExecStart=/bin/true\n");
  for (const move of ["install", "uninstall"]) {
    const { code, error } = await json(move);
    expect([move, code, error?.kind]).toEqual([move, 4, "conflict"]);
  }
  expect(readFileSync(path, "utf8")).toBe("[Service]\nExecStart=/bin/true\n");
  expect(calls()).toEqual([]);
  expect((await service("status")).stdout).toContain("that Kanbun did not write");
});

test("a service of ours that was written for another place is renewed, and status says so before", async () => {
  const { service, json, path } = await begin();
  await service("install");
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace(mainPath, "/old/main.ts"));
  expect((await json("status")).data).toMatchObject({ installed: true, file: "other" });
  await service("install");
  expect(readFileSync(path, "utf8")).toBe(text);
});

test("two homes have a service each, and one without a board has none", async () => {
  const { kanbun, path, env } = await begin();
  const other = join(kanbun.home, "..", "other");
  const answer = await kanbun.json(["service", "install", "--home", other], { env });
  expect([answer.code, answer.error?.hint]).toEqual([3, expect.stringContaining("kanbun init")]);
  await kanbun.ok("init", "--home", other);
  const second = await kanbun.json(["service", "status", "--home", other], { env });
  expect(second.data.path).not.toBe(path);
});

test.skipIf(Bun.which("systemd-analyze") === null)("systemd understands the unit of any home", async () => {
  const { service, path, kanbun } = await begin(oddName);
  await service("install");
  const child = Bun.spawn(["systemd-analyze", "--user", "--man=no", "verify", path], {
    env: {
      PATH: process.env.PATH ?? "",
      HOME: dirname(kanbun.home),
      XDG_RUNTIME_DIR: dirname(kanbun.home),
    },
    stdout: "pipe",
    stderr: "pipe",
  });
  expect([await child.stderr.text(), await child.exited]).toEqual(["", 0]);
});

test("the unit of a home with every awkward character is escaped", () => {
  const { text } = planFor("linux");
  const escaped = '/srv/a home, 100%% \\"so\\" $HOME \\\\n & <ours> ❄';
  expect(text).toContain(`Environment="KANBUN_HOME=${escaped}" "PATH=/usr/bin:/opt/a b/bin"\n`);
});

test("a home with a control character is refused: one line must not become two", () => {
  for (const platform of ["linux", "darwin", "win32"] as const)
    expect(() => planFor(platform, "/srv/a\nExecStart=/bin/false")).toThrow("a service file cannot hold");
  expect(() => planFor("freebsd")).toThrow("services are not supported on freebsd");
});

test.skipIf(Bun.which("python3") === null)(
  "a reader of property lists understands the launchd agent",
  async () => {
    const { text, path } = planFor("darwin");
    const script = "import plistlib,json,sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))";
    const agent = JSON.parse(await ask(["python3", "-c", script], text));
    expect(path).toBe(`/home/ada/Library/LaunchAgents/${agent.Label}.plist`);
    expect(agent).toMatchObject({
      ProgramArguments: [...selfCommand(), "dispatch", "--watch"],
      EnvironmentVariables: { KANBUN_HOME: `/srv/${oddName}`, PATH: "/usr/bin:/opt/a b/bin" },
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      AbandonProcessGroup: true,
    });
  },
);

test.skipIf(Bun.which("python3") === null)("a reader of XML understands the scheduled task", async () => {
  const { text, encoding } = planFor("win32");
  const script = `import xml.etree.ElementTree as e,json,sys
root = e.fromstring(sys.stdin.buffer.read())
print(json.dumps({n.tag.split("}")[1]: n.text for n in root.iter()}))`;
  const task = JSON.parse(await ask(["python3", "-c", script], Buffer.from(text, encoding)));
  expect(task).toMatchObject({ Command: process.execPath, ExecutionTimeLimit: "PT0S" });
  expect(task.Arguments).toEndWith(
    ' dispatch --watch --home "/srv/a home, 100% \\"so\\" $HOME \\n & <ours> ❄"',
  );
});
