import type { Command } from "commander";
import { activePause } from "../../board/admission.ts";
import { BoardError } from "../../board/error.ts";
import { readRules } from "../../home/explain.ts";
import { toFailure } from "../../home/failure.ts";
import { listBoardSlugs } from "../../system/board-paths.ts";
import { formatDuration } from "../../system/duration.ts";
import { nearestName } from "../../system/nearest-name.ts";
import type { Profile } from "../../system/profile.ts";
import { addExamples, type CliContext } from "../command.ts";
import { formatTable } from "../text/table.ts";
import { formatTime } from "../text/task-text.ts";
import { visibleLine } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .command("list")
    .description("List the profiles of kanbun.toml, what they run, and what holds them.")
    .action(() => listProfiles(cli));
  command
    .command("resume")
    .description("Let a rate-limited profile start tasks again, on every board of the home.")
    .argument("<name>", "the profile")
    .action((name: string) => resumeProfile(cli, name));
  addExamples(command, "kanbun profiles list", "kanbun profiles resume claude");
}

async function listProfiles(cli: CliContext): Promise<void> {
  const config = await cli.place.config();
  const { resolveExecutable } = await import("../../system/executable.ts");
  await using session = await cli.open("read");
  const { rules } = await readRules(session);
  const profiles = [...config.profiles.values()].map((profile) => {
    const pause = activePause(rules, `profile:${profile.name}`);
    const program = resolveExecutable(
      profile.command[0] ?? "",
      profile.env.PATH ?? cli.env.PATH,
      profile.cwd ?? cli.place.home,
    );
    return {
      name: profile.name,
      command: profile.command,
      program: "path" in program ? program.path : null,
      problem: "path" in program ? null : program.error,
      completes: profile.completes,
      maxInProgress: profile.maxInProgress,
      maxRuntimeMs: profile.maxRuntimeMs,
      graceMs: profile.graceMs,
      maxRetries: profile.maxRetries,
      paused: pause && { untilMs: pause.untilMs, reason: pause.reason },
    };
  });
  await cli.output.answer({ file: config.path, profiles }, (screen) =>
    formatTable(
      profiles.map((one) => [
        one.name,
        one.completes,
        describeLimits(one),
        one.paused === null
          ? "-"
          : one.paused.untilMs === null
            ? "until resumed"
            : formatTime(one.paused.untilMs),
        visibleLine(one.problem ?? [one.program, ...one.command.slice(1)].join(" ")),
      ]),
      screen,
      { head: ["profile", "completes", "limits", "paused until", "runs"] },
    ),
  );
}

function describeLimits(profile: Pick<Profile, "maxInProgress" | "maxRuntimeMs" | "maxRetries">): string {
  const { maxInProgress, maxRuntimeMs, maxRetries } = profile;
  const limits = [
    ...(maxInProgress === null ? [] : [`${maxInProgress} at once`]),
    ...(maxRuntimeMs === null ? [] : [formatDuration(maxRuntimeMs)]),
    ...(maxRetries === null ? [] : [`${maxRetries} tries`]),
  ];
  return limits.length === 0 ? "-" : limits.join(", ");
}

/** A limit that one board has met holds for all of them, and is lifted on all of them. */
async function resumeProfile(cli: CliContext, name: string): Promise<void> {
  const resumed: string[] = [];
  for (const slug of listBoardSlugs(cli.place.home)) {
    try {
      await using session = await cli.open("write", slug);
      if (await session.store.resume(`profile:${name}`)) resumed.push(slug);
    } catch (error) {
      if (slug === cli.place.board) throw error;
      cli.output.note(`kanbun: ${slug}: ${toFailure(error, false).message}`);
    }
  }
  if (resumed.length === 0) await requireProfile(cli, name);
  await cli.output.answer({ profile: name, resumed: resumed.length > 0, boards: resumed }, () =>
    resumed.length > 0 ? `resumed ${visibleLine(name)}\n` : `${visibleLine(name)} was not paused\n`,
  );
}

/** A pause is resumed whether or not its profile is still configured; a name that is neither is a mistake. */
async function requireProfile(cli: CliContext, name: string): Promise<void> {
  const { profiles } = await cli.place.config();
  if (profiles.has(name)) return;
  const meant = nearestName(name, [...profiles.keys()]);
  throw new BoardError("not_found", `there is no profile ${JSON.stringify(name)}`, {
    hint: meant === null ? `there are: ${[...profiles.keys()].join(", ")}` : `did you mean ${meant}?`,
  });
}
