import { type Command, Option } from "commander";
import {
  addAgentProfile,
  type ListedAgent,
  listAgents,
  type NewAgentProfile,
  requireAgent,
} from "../../home/profiles/agents.ts";
import { permissionLevels } from "../../system/config/agents/preset.ts";
import { shellWord } from "../../system/text/shell-word.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { formatTable } from "../text/table.ts";
import { visibleLine } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .command("list", { isDefault: true })
    .description("List the coding agents that are known, and which of them are on the PATH.")
    .option("--all", "also those that are not on the PATH")
    .action(({ all }: { all?: true }) => list(cli, all === true));
  command
    .command("show")
    .description(
      "Show how an agent is started: its command, what its permissions mean, where its cost is read.",
    )
    .argument("<agent>", "its name")
    .action((name: string) => show(cli, name));
  command
    .command("add")
    .description("Add a profile that starts an agent to kanbun.toml.")
    .argument("<agent>", "its name")
    .option("--name <profile>", "name of the profile (default: the agent's)")
    .addOption(
      new Option("--permissions <level>", "what it may do without being asked").choices([
        ...permissionLevels,
      ]),
    )
    .option("--model <model>", "the model it uses where a task asks for none")
    .option("--dry-run", "only show what would be written")
    .action((name: string, how: NewAgentProfile & { dryRun?: true }) => add(cli, name, how));
  addExamples(
    command,
    "kanbun agents",
    "kanbun agents show claude",
    "kanbun agents add claude --permissions edit",
  );
}

async function list(cli: CliContext, all: boolean): Promise<void> {
  const agents = await listAgents(cli.home);
  const found = agents.filter(({ program }) => program !== null);
  const shown = all ? agents : found;
  await cli.output.answer({ agents: shown }, (screen) =>
    shown.length === 0
      ? `no coding agent that is known is on the PATH\n`
      : formatTable(
          shown.map((one) => [
            one.name,
            one.title,
            one.profiles.length === 0 ? "-" : visibleLine(one.profiles.join(", ")),
            one.permissions.map(({ level }) => level).join(", "),
            describeCheck(one),
            one.program === null ? "not found" : visibleLine(one.program),
          ]),
          screen,
          { head: ["agent", "is", "profiles", "permissions", "checked", "program"] },
        ),
  );
  const next = found.find(({ profiles }) => profiles.length === 0);
  if (next !== undefined)
    cli.output.note(`add a profile: ${cli.output.typed(`kanbun agents add ${next.name}`)}`);
  else if (!all && found.length === 0)
    cli.output.note(`all that are known: ${cli.output.typed("kanbun agents list --all")}`);
}

function describeCheck({ checked }: ListedAgent): string {
  return checked.how === "run" ? checked.version : `${checked.version}, read, not run`;
}

function describeMcp({ mcp }: ListedAgent): string {
  if (mcp === null) return "it takes no MCP server for one run";
  const words = [...Object.entries(mcp.env).map((pair) => pair.join("=")), ...mcp.args].map(shellWord);
  return `mcp = true adds ${words.join(" ")}${mcp.how === "read" ? " (read, not run)" : ""}`;
}

async function show(cli: CliContext, name: string): Promise<void> {
  const agent = await requireAgent(cli.home, name);
  const lines = agent.permissions.map(({ level }) => {
    const made = addAgentProfile(cli.home, name, {
      name: `preview-${level}`,
      permissions: level,
      write: false,
    });
    return { level, command: made.command };
  });
  await cli.output.answer({ ...agent, commands: lines }, () =>
    [
      `${agent.name}  ${agent.title}`,
      `  program   ${agent.program === null ? `not on the PATH; get it: ${agent.install}` : visibleLine(agent.program)}`,
      `  checked   ${describeCheck(agent)}`,
      `  profiles  ${agent.profiles.length === 0 ? "none" : visibleLine(agent.profiles.join(", "))}`,
      `  sessions  ${agent.canResume ? "another try can go on with one (resume = true)" : "each run begins anew"}`,
      `  passed    ${agent.passEnv.join(" ")}`,
      `  limits    ${agent.limits}`,
      `  cost      ${agent.cost}`,
      `  mcp       ${describeMcp(agent)}`,
      ...agent.permissions.flatMap(({ level, meaning }, i) => [
        "",
        `  ${level}: ${meaning}`,
        `    ${visibleLine((lines[i]?.command ?? []).map(shellWord).join(" "))}`,
      ]),
      "",
    ].join("\n"),
  );
}

async function add(cli: CliContext, name: string, { dryRun, ...how }: NewAgentProfile & { dryRun?: true }) {
  const agent = await requireAgent(cli.home, name);
  const made = addAgentProfile(cli.home, name, { ...how, write: dryRun !== true });
  await cli.output.answer(made, () =>
    [
      `${made.isWritten ? "added profile" : "would add profile"} ${visibleLine(made.profile)} to ${visibleLine(made.config)}`,
      ...(made.permissions === null ? [] : [`  may: ${made.permissions.meaning}`]),
      `  runs: ${visibleLine(made.command.map(shellWord).join(" "))}`,
      ...(made.isWritten
        ? [`  next: ${cli.output.typed(`kanbun create "Say hello" --assignee ${shellWord(made.profile)}`)}`]
        : [
            "",
            ...made.text
              .trimEnd()
              .split("\n")
              .map((line) => `  ${line}`),
          ]),
      "",
    ].join("\n"),
  );
  if (agent.program === null)
    cli.output.note(`note: ${agent.title} is not on the PATH yet; get it: ${agent.install}`);
}
