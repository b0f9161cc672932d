import type { ConfigTable } from "./config-table.ts";

/** Shell commands around a worker, run in its workspace. */
export interface ProfileHooks {
  /** Once, when Kanbun has made the workspace. */
  readonly setup: string | null;
  /** Before each run, and after it, however it ended. */
  readonly before: string | null;
  readonly after: string | null;
  /** When the task is done, before its workspace may go. */
  readonly teardown: string | null;
  /** What of the repository a worktree gets a link to, such as `node_modules`. */
  readonly link: readonly string[];
  /** Whether each run gets free ports of its own. */
  readonly ports: boolean;
  /** How long each of them may take, and `verify`. */
  readonly timeoutMs: number;
}

const defaultTimeoutMs = 600_000;

/** Of a profile that has none: what its `verify` needs. */
export const noHooks: ProfileHooks = {
  setup: null,
  before: null,
  after: null,
  teardown: null,
  link: [],
  ports: false,
  timeoutMs: defaultTimeoutMs,
};

/** Reads the hooks of a profile; null where nothing is said of any. */
export function readProfileHooks(table: ConfigTable): ProfileHooks | null {
  const timeoutMs = table.durationMs("hook_timeout", 1);
  const hooks: ProfileHooks = {
    setup: table.text("setup"),
    before: table.text("before"),
    after: table.text("after"),
    teardown: table.text("teardown"),
    link: readLinks(table),
    ports: table.boolean("ports") ?? false,
    timeoutMs: timeoutMs ?? defaultTimeoutMs,
  };
  const { setup, before, after, teardown, link, ports } = hooks;
  const isEmpty =
    [setup, before, after, teardown, timeoutMs].every((one) => one === null) && link.length === 0 && !ports;
  return isEmpty ? null : hooks;
}

function readLinks(table: ConfigTable): readonly string[] {
  const names = table.strings("link") ?? [];
  for (const [i, name] of names.entries()) {
    if (
      /^[^/\\]+(?:\/[^/\\]+)*$/.test(name) &&
      !/(?:^|\/)\.{1,2}(?:\/|$)/.test(name) &&
      !/^\.git(?:\/|$)/.test(name)
    )
      continue;
    table.refuse("link", 'a path inside the repository, such as "node_modules"', name, i);
  }
  return names;
}
