import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { agentPresets } from "../../../src/system/config/agents/presets.ts";
import { RunDirectory } from "../../../src/worker/run-directory.ts";
import { handMcpServer } from "../../../src/worker/spawn/mcp-server.ts";
import { makeTestHome } from "../../support/home.ts";
import { load } from "../../system/config/config-text.ts";

/** What each of them reads out of its file. */
const readers: Readonly<Record<string, (path: string) => unknown>> = {
  pi: async (path) => {
    const registered: [string, unknown][] = [];
    const { default: extend } = await import(path);
    extend({ registerMcpServer: (...one: [string, unknown]) => registered.push(one) });
    return Object.fromEntries(registered);
  },
  droid: (path) => JSON.parse(readFileSync(path, "utf8")).mcp.mcpServers,
};
const common = (path: string) => JSON.parse(readFileSync(path, "utf8")).mcpServers;

const byFile = agentPresets.filter(({ mcp }) => JSON.stringify(mcp)?.includes("{mcp_file}"));

test.each(byFile.map((preset) => [preset.name, preset] as const))(
  "the file that hands the server of a run to %s is one that it can read",
  async (name, { permissions }) => {
    const level = (["edit", "full"] as const).find((one) => permissions[one] !== null);
    const settings = `[profiles.a]\nagent = "${name}"\nmcp = true\npermissions = "${level}"\n`;
    const profile = load(settings).profiles.get("a");
    if (profile === undefined) throw new Error("it has no profile");
    const directory = new RunDirectory(makeTestHome(), 1, null);
    directory.make();
    const environment: Record<string, string> = { KANBUN_TOKEN: "t{servers}", OTHER: "x" };
    handMcpServer(profile, { environment, directory, selfCommand: ["/bin/kanbun"] });
    const file = directory.filePath(profile.agent?.mcp?.file?.name ?? "mcp.json");
    expect(await (readers[name] ?? common)(file)).toMatchObject({
      kanban: { command: "/bin/kanbun", args: ["mcp"], env: { KANBUN_TOKEN: "t{servers}" } },
    });
    expect(await (readers[name] ?? common)(file)).toMatchObject({ kanban: profile.agent?.mcp?.server ?? {} });
    // Who reads the path from a variable is told it there.
    if (name === "cline") expect(environment.CLINE_MCP_SETTINGS_PATH).toBe(file);
  },
);
