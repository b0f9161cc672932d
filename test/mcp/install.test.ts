import { expect, test } from "bun:test";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { mcpClients } from "../../src/mcp/clients.ts";
import { CommandLine } from "../cli/command-line.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { lacksOnWindows } from "../windows/left-out.ts";

homesInMemory();

test("mcp install prints what tells a client of this board, and writes nothing", async () => {
  const kanbun = await CommandLine.init();
  expect(await kanbun.ok("mcp", "install", "claude")).toBe(
    `claude mcp add kanban -- kanbun mcp --home ${kanbun.home} --board default\n`,
  );
  for (const name of Object.keys(mcpClients))
    expect((await kanbun.json(["mcp", "install", name])).data).toMatchObject({
      client: name,
      is_written: false,
    });
  const wrong = await kanbun.json(["mcp", "install", "cursr"]);
  expect([wrong.code, wrong.error?.hint]).toEqual([2, "did you mean `cursor`?"]);
});

test("mcp install --write adds an entry to a client's file, and leaves what it can't read as it is", async () => {
  const kanbun = await CommandLine.init();
  const file = join(kanbun.home, "..", ".cursor", "mcp.json");
  mkdirSync(join(file, ".."));
  writeFileSync(file, '{"mcpServers": {"other": {"command": "x"}}, "more": 1}');
  await kanbun.ok("mcp", "install", "cursor", "--write");
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
    mcpServers: {
      other: { command: "x" },
      kanban: { command: "kanbun", args: ["mcp", "--home", kanbun.home, "--board", "default"] },
    },
    more: 1,
  });
  writeFileSync(file, "{ // mine\n}");
  const refused = await kanbun.json(["mcp", "install", "cursor", "--write"]);
  expect([refused.code, refused.error?.message]).toEqual([2, expect.stringContaining("can't be changed")]);
  expect(readFileSync(file, "utf8")).toBe("{ // mine\n}");
  if (process.platform === "win32") return;
  // It may hold keys of others, and lie where its user keeps such files.
  const kept = join(kanbun.home, "..", "kept.json");
  writeFileSync(file, "{}", { mode: 0o600 });
  chmodSync(file, 0o600);
  renameSync(file, kept);
  symlinkSync(kept, file);
  await kanbun.ok("mcp", "install", "cursor", "--write");
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(readFileSync(kept, "utf8")).toContain('"kanban"');
  expect(statSync(kept).mode & 0o777).toBe(0o600);
});

test.skipIf(lacksOnWindows("programs of Linux"))(
  "mcp install --write runs the client's own command, and says what it said when it failed",
  async () => {
    const kanbun = await CommandLine.init();
    const bin = join(kanbun.home, "bin");
    mkdirSync(bin);
    const program = join(bin, "codex");
    writeFileSync(program, `#!/bin/sh\necho "$@" > '${kanbun.home}/said'\n`, { mode: 0o755 });
    const env = { PATH: `${bin}:${process.env.PATH}` };
    expect(await kanbun.run(["mcp", "install", "codex", "--write"], { env })).toMatchObject({ code: 0 });
    expect(readFileSync(join(kanbun.home, "said"), "utf8")).toStartWith(
      "mcp add kanban -- kanbun mcp --home",
    );
    writeFileSync(program, "#!/bin/sh\necho no room >&2\nexit 3\n", { mode: 0o755 });
    const failed = await kanbun.run(["mcp", "install", "codex", "--write"], { env });
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining("codex ended with 3: no room")]);
    const missing = await kanbun.run(["mcp", "install", "claude", "--write"], { env: { PATH: "/nowhere" } });
    expect(missing.stderr).toContain("claude is not on the PATH");
  },
);
