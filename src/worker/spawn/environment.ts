import type { Profile } from "../../system/config/config.ts";
import { leaseMark } from "../lease/lease-file.ts";
import { hermesHome, hermesVariables } from "./hermes-worker.ts";
import type { RunIdentity } from "./run-identity.ts";

/** What a worker inherits without being told to: enough to run programs and to speak the user's language. */
const inherited = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "LC_*",
  "TZ",
  "TERM",
  "TMPDIR",
  "SystemRoot",
  "SystemDrive",
  "ComSpec",
  "PATHEXT",
  "TEMP",
  "TMP",
  "USERNAME",
  "USERPROFILE",
  "HOMEDRIVE",
  "HOMEPATH",
  "APPDATA",
  "LOCALAPPDATA",
  "ProgramData",
  "ProgramFiles*",
  "PROCESSOR_ARCHITECTURE",
  "NUMBER_OF_PROCESSORS",
  "OS",
];

/** The variable by whose value every process of a run is found again. */
export const runMark = "KANBUN_TOKEN";

/**
 * The worker's whole environment: the allow-list, what the profile passes on and sets, and who the worker is. Windows
 * knows names regardless of case: there each is in upper case, so that none is there twice.
 */
export function workerEnvironment(
  profile: Pick<Profile, "name" | "command" | "env" | "passEnv" | "withheldEnv" | "hermes">,
  identity: RunIdentity,
  from: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const isWindows = platform === "win32";
  const passed = selectPassed(profile, from, isWindows);
  const hermes = profile.hermes ? hermesVariables(profile, identity) : {};
  const chosen = profile.hermes
    ? { HERMES_HOME: hermesHome(profile, identity.home), ...profile.env }
    : profile.env;
  const environment: Record<string, string> = {};
  for (const [name, value] of [
    ...passed,
    ...Object.entries({ ...chosen, ...kanbunVariables(identity), ...hermes }),
  ])
    if (value !== undefined) environment[isWindows ? name.toUpperCase() : name] = value;
  const ownPath = environment.PATH ?? (isWindows ? "" : "/usr/local/bin:/usr/bin:/bin");
  environment.PATH = [identity.binFolder, ownPath].join(isWindows ? ";" : ":");
  return environment;
}

interface Selection {
  readonly from: Readonly<Record<string, string | undefined>>;
  readonly isWindows: boolean;
  readonly passed: readonly (readonly [string, string | undefined])[];
}

/** By a profile's `pass_env`, which is one object as long as the configuration is the same. */
const selections = new WeakMap<readonly string[], Selection>();

/** What the allow-list lets through: the same for every worker of a profile, and half of what its environment costs. */
function selectPassed(
  { passEnv, withheldEnv }: Pick<Profile, "passEnv" | "withheldEnv">,
  from: Selection["from"],
  isWindows: boolean,
): Selection["passed"] {
  const last = selections.get(passEnv);
  if (last?.from === from && last.isWindows === isWindows) return last.passed;
  const patterns = [...inherited, ...passEnv].map((pattern) => toPattern(pattern, isWindows));
  const withheld = ["KANBUN_*", ...withheldEnv].map((name) =>
    toPattern(name, isWindows || name.endsWith("*")),
  );
  const passed = Object.entries(from).filter(
    ([name]) =>
      !withheld.some((pattern) => pattern.test(name)) && patterns.some((pattern) => pattern.test(name)),
  );
  selections.set(passEnv, { from, isWindows, passed });
  return passed;
}

function toPattern(pattern: string, ignoresCase: boolean): RegExp {
  const escaped = pattern.split("*").map((part) => part.replace(/[^A-Za-z0-9_]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`, ignoresCase ? "i" : "");
}

function kanbunVariables(identity: RunIdentity): Record<string, string> {
  return {
    ...(identity.socket === null ? {} : { KANBUN_SOCKET: identity.socket }),
    KANBUN_HOME: identity.home,
    KANBUN_BOARD: identity.board,
    KANBUN_TASK: identity.task,
    KANBUN_RUN: String(identity.run),
    [runMark]: identity.token,
    KANBUN_PROFILE: identity.profile,
    KANBUN_WORKSPACE: identity.workspace,
    ...(identity.lease === null ? {} : { [leaseMark]: identity.lease }),
  };
}
