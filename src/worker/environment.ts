import type { Profile } from "../system/config.ts";

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
  "ComSpec",
  "PATHEXT",
  "TEMP",
  "TMP",
  "USERPROFILE",
  "APPDATA",
  "LOCALAPPDATA",
];

/** Who the worker is, and where it finds its board. */
export interface RunIdentity {
  readonly home: string;
  readonly board: string;
  readonly database: string;
  readonly task: string;
  readonly run: number;
  readonly token: string;
  readonly claimLock: string;
  readonly profile: string;
  readonly workspace: string;
  readonly workspacesRoot: string;
  readonly branch: string | null;
  readonly tenant: string | null;
  /** The folder in which the worker finds `kanbun` itself. */
  readonly binFolder: string;
}

/** The variable by whose value every process of a run is found again. */
export const runMark = "KANBUN_TOKEN";

/** The worker's whole environment: the allow-list, what the profile passes on and sets, and who the worker is. */
export function workerEnvironment(
  profile: Pick<Profile, "env" | "passEnv" | "hermes">,
  identity: RunIdentity,
  from: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const environment: Record<string, string> = {};
  const patterns = [...inherited, ...profile.passEnv].map(toPattern);
  for (const [name, value] of Object.entries(from))
    if (value !== undefined && !name.startsWith("KANBUN_") && patterns.some((pattern) => pattern.test(name)))
      environment[name] = value;
  Object.assign(
    environment,
    profile.env,
    kanbunVariables(identity),
    profile.hermes ? hermesVariables(identity) : {},
  );
  environment.PATH = [identity.binFolder, environment.PATH ?? "/usr/local/bin:/usr/bin:/bin"].join(
    process.platform === "win32" ? ";" : ":",
  );
  return environment;
}

function toPattern(pattern: string): RegExp {
  const escaped = pattern.split("*").map((part) => part.replace(/[^A-Za-z0-9_]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`);
}

function kanbunVariables(identity: RunIdentity): Record<string, string> {
  return {
    KANBUN_HOME: identity.home,
    KANBUN_BOARD: identity.board,
    KANBUN_TASK: identity.task,
    KANBUN_RUN: String(identity.run),
    [runMark]: identity.token,
    KANBUN_PROFILE: identity.profile,
    KANBUN_WORKSPACE: identity.workspace,
  };
}

function hermesVariables(identity: RunIdentity): Record<string, string> {
  return {
    HERMES_KANBAN_TASK: identity.task,
    HERMES_KANBAN_DB: identity.database,
    HERMES_KANBAN_BOARD: identity.board,
    HERMES_KANBAN_WORKSPACE: identity.workspace,
    HERMES_KANBAN_WORKSPACES_ROOT: identity.workspacesRoot,
    HERMES_KANBAN_RUN_ID: String(identity.run),
    HERMES_KANBAN_CLAIM_LOCK: identity.claimLock,
    HERMES_PROFILE: identity.profile,
    TERMINAL_CWD: identity.workspace,
    ...(identity.branch === null ? {} : { HERMES_KANBAN_BRANCH: identity.branch }),
    ...(identity.tenant === null ? {} : { HERMES_TENANT: identity.tenant }),
  };
}
