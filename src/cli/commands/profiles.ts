import type { Command } from "commander";
import { type ListedProfile, listProfiles, resumeProfile } from "../../home/profiles/profiles.ts";
import { formatDuration } from "../../system/text/duration.ts";
import { formatTime } from "../../system/text/when.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { formatTable } from "../text/table.ts";
import { visibleLine } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .command("list")
    .description("List the profiles of kanbun.toml: what they run, their limits, what pauses them.")
    .action(() => list(cli));
  command
    .command("resume")
    .description("Clear the rate limit of a profile on every board of the home.")
    .argument("<name>", "the profile")
    .action((name: string) => resume(cli, name));
  addExamples(command, "kanbun profiles list", "kanbun profiles resume claude");
}

async function list(cli: CliContext): Promise<void> {
  const { config, profiles } = await listProfiles(cli.home);
  await cli.output.answer({ config, profiles }, (screen) =>
    formatTable(
      profiles.map((one) => [
        one.name,
        one.completes,
        describeLimits(one),
        one.paused === null
          ? "-"
          : one.paused.untilAtMs === null
            ? "until resumed"
            : formatTime(one.paused.untilAtMs),
        visibleLine(one.problem ?? [one.program, ...one.command.slice(1)].join(" ")),
      ]),
      screen,
      { head: ["profile", "completes", "limits", "paused until", "runs"] },
    ),
  );
}

function describeLimits(profile: ListedProfile): string {
  const { maxInProgress, maxRuntimeMs, maxRetries } = profile;
  const limits = [
    ...(maxInProgress === null ? [] : [`${maxInProgress} at once`]),
    ...(maxRuntimeMs === null ? [] : [formatDuration(maxRuntimeMs)]),
    ...(maxRetries === null ? [] : [`${maxRetries} tries`]),
  ];
  return limits.length === 0 ? "-" : limits.join(", ");
}

async function resume(cli: CliContext, name: string): Promise<void> {
  const { boards, notes } = await resumeProfile(cli.home, name);
  for (const note of notes) cli.output.note(`kanbun: ${note}`);
  await cli.output.answer({ profile: name, resumed: boards.length > 0, boards }, () =>
    boards.length > 0 ? `resumed ${visibleLine(name)}\n` : `${visibleLine(name)} was not paused\n`,
  );
}
