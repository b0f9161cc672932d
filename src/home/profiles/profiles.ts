import { activePause } from "../../board/admission.ts";
import { BoardError } from "../../board/error.ts";
import type { Profile } from "../../system/config/profile.ts";
import { listBoardSlugs } from "../../system/home/board-paths.ts";
import { nearestName } from "../../system/text/nearest-name.ts";
import { ProgramSearch } from "../../worker/spawn/program-search.ts";
import { describeError } from "../failure.ts";
import type { Home } from "../session/home.ts";
import { readRules } from "../tasks/explain.ts";

/** A way to run a worker, whether its program is there, and what holds it. */
export interface ListedProfile
  extends Pick<
    Profile,
    "name" | "command" | "completes" | "maxInProgress" | "maxRuntimeMs" | "graceMs" | "maxRetries"
  > {
  /** The file that runs; null when there is none: then `problem` says why. */
  readonly program: string | null;
  readonly problem: string | null;
  readonly paused: { readonly untilAtMs: number | null; readonly reason: string } | null;
}

/** @throws {ConfigError} @throws {BoardError} not_found without a board, whose pauses are shown */
export async function listProfiles(
  home: Home,
): Promise<{ readonly config: string | null; readonly profiles: readonly ListedProfile[] }> {
  const config = await home.place.config();
  await using session = await home.open("read");
  const { rules } = await readRules(session);
  const programs = new ProgramSearch();
  const profiles: ListedProfile[] = [];
  for (const profile of config.profiles.values()) {
    const { name, command, completes, maxInProgress, maxRuntimeMs, graceMs, maxRetries } = profile;
    const pause = activePause(rules, `profile:${name}`);
    const program = await programs.tell(
      command[0] ?? "",
      profile.env.PATH ?? home.env.PATH,
      profile.cwd ?? home.place.home,
    );
    profiles.push({
      name,
      command,
      program: "path" in program ? program.path : null,
      problem: "path" in program ? null : program.error,
      completes,
      maxInProgress,
      maxRuntimeMs,
      graceMs,
      maxRetries,
      paused: pause && { untilAtMs: pause.untilAtMs, reason: pause.reason },
    });
  }
  return { config: config.path, profiles };
}

/**
 * Lets a rate-limited profile go on: a limit that one board has met holds for all of them, and is lifted on all of them.
 * @returns on which boards it was paused, and what has to be said beside that
 * @throws {BoardError} not_found for a name that is neither paused nor configured
 */
export async function resumeProfile(
  home: Home,
  name: string,
): Promise<{ readonly boards: readonly string[]; readonly notes: readonly string[] }> {
  const boards: string[] = [];
  const notes: string[] = [];
  for (const slug of listBoardSlugs(home.place.home)) {
    try {
      await using session = await home.open("write", slug);
      if (await session.store.resume(`profile:${name}`)) boards.push(slug);
    } catch (error) {
      if (slug === home.place.board) throw error;
      notes.push(`${slug}: ${describeError(error).message}`);
    }
  }
  if (boards.length === 0) await requireProfile(home, name);
  return { boards, notes };
}

/** A pause is resumed whether or not its profile is still configured; a name that is neither is a mistake. */
async function requireProfile(home: Home, name: string): Promise<void> {
  const { profiles } = await home.place.config();
  if (profiles.has(name)) return;
  const meant = nearestName(name, [...profiles.keys()]);
  throw new BoardError("not_found", `there is no profile ${JSON.stringify(name)}`, {
    hint: meant === null ? `use one of ${[...profiles.keys()].join(", ")}` : `did you mean \`${meant}\`?`,
  });
}
