import { hostStates } from "../../board/host-state.ts";
import { takeovers } from "../../board/lease.ts";
import {
  anything,
  counts,
  flag,
  instant,
  instantOrNull,
  type JsonSchema,
  list,
  oneOf,
  orNull,
  record,
  ref,
  text,
  textOrNull,
  whole,
  wholeOrNull,
} from "./json-schema.ts";

const cleared = record({ count: whole, size_bytes: whole });
const changes = list(record({ board: text, kind: text, detail: text }));
const failedBoards = list(record({ board: text, error: ref("Failure") }));
const path = record({ path: text, reason: text });
const metadata = {
  slug: text,
  name: text,
  description: text,
  icon: text,
  color: text,
  default_workdir: textOrNull,
  created_at_ms: instantOrNull,
  archived: flag,
};
const kept = {
  database: { ...textOrNull, description: "its file; null: a store keeps it" },
  store: { ...textOrNull, description: "the [stores.<name>] that keeps it" },
  store_board: { ...textOrNull, description: "what it is called there" },
};
const takeover = oneOf([...takeovers]);
const permission = { level: text, meaning: text };
const agent = {
  name: text,
  title: text,
  program: { ...textOrNull, description: "the file that would run; null: it is not on the PATH" },
  profiles: list(text),
  permissions: list(record({ ...permission, args: list(text) })),
  can_resume: flag,
  limits: text,
  cost: text,
  mcp: {
    ...orNull(anything),
    description: "what it is started with for mcp = true; null: it takes no MCP server for one run",
  },
  install: text,
  pass_env: list(text, "the variables that it is passed"),
  checked: anything,
};

/** What each verb about boards, profiles and the whole home answers with `--json`, by what is typed. */
const removedHost = record({ store: text, id: text, machine: text, home: text, silent_ms: whole });

const listedHost = record({
  store: text,
  id: { ...text, description: "of the home, as `explain` names it" },
  epoch: { ...whole, description: "counted up at each start of a dispatcher" },
  machine: text,
  home: text,
  version: text,
  state: oneOf(hostStates),
  is_this: { ...flag, description: "it is this home" },
  silent_ms: { ...whole, description: "since it was last heard of, by the server's clock" },
  registered_at_ms: instant,
  left_at_ms: instantOrNull,
  fence: orNull(record({ epoch: whole, at_ms: instant, by: text })),
  beat_ms: { ...wholeOrNull, description: "how often it beats; null: it came for one tick" },
  lease_ms: wholeOrNull,
  slots: whole,
  slots_free: whole,
  profiles: list(text),
  labels: list(text),
  boards: list(text, "those that it dispatches, by their names in the store"),
  running: list(record({ board: text, task_id: text, title: text, run_id: whole })),
});

const hostList = record({
  hosts: list(listedHost),
  unread: list(record({ store: text, problem: text })),
  is_local: { ...flag, description: "there is no store: boards are files of this machine" },
});

export const boardAnswers: Readonly<Record<string, JsonSchema>> = {
  "mcp install": {
    anyOf: [
      record({ client: text, command: list(text), is_written: flag }),
      record({ client: text, path: text, text, is_written: flag }),
    ],
  },
  doctor: record({
    home: text,
    checks: list(
      record({
        check: text,
        board: textOrNull,
        status: oneOf(["ok", "warning", "problem"]),
        detail: text,
        fix: { ...textOrNull, description: "the command that repairs it" },
      }),
    ),
    changes,
    failed: failedBoards,
  }),
  repair: record({ is_dry_run: flag, changes, failed: failedBoards }),
  init: record({
    home: text,
    database: text,
    config: text,
    created: flag,
    wrote_config: flag,
    agents: list(text),
  }),
  backup: record({
    backups: list(record({ board: text, path: text, size_bytes: whole, tasks: whole, removed: list(text) })),
    left_out: list(text, "boards that a store keeps: their server is backed up"),
  }),
  gc: record({
    is_dry_run: flag,
    boards: list(
      record({
        board: text,
        logs: cleared,
        run_folders: cleared,
        events: cleared,
        worktrees: cleared,
        kept: list(path),
      }),
    ),
    hosts: list(removedHost, "hosts of stores that were silent for so long and have no runs"),
  }),
  "export --output": record({
    path: text,
    tasks: whole,
    rows: whole,
    links_left_out: whole,
    tables_left_out: list(text),
    odd_rows: list(
      record({ table: text, row: whole, reason: text }),
      "rows of another program's that no board could take in: left out",
    ),
    files_left_out: whole,
  }),
  import: record({
    tasks: whole,
    rows: whole,
    new_ids: { type: "object", additionalProperties: text, description: "the new ids by the old ones" },
    taken: whole,
    columns_left_out: list(text),
    files: whole,
    is_dry_run: flag,
  }),
  "boards list": record({ home: text, current: text, boards: list(ref("Board")) }),
  "boards create": record({ ...metadata, ...kept }),
  "boards join": record({ ...metadata, ...kept }),
  "boards move": record({
    slug: text,
    outcome: oneOf(["moved", "finished", "taken_back", "kept", "planned"]),
    ...kept,
    tasks: { ...orNull(whole), description: "null where nothing was carried" },
    rows: orNull(whole),
    digest: { ...orNull(text), description: "SHA-256 of all rows, the same on both sides" },
  }),
  "boards show": {
    type: "object",
    properties: {
      ...metadata,
      is_current: flag,
      tasks: whole,
      by_status: counts,
      root: text,
      ...kept,
      takeover: { ...orNull(takeover), description: "null: it is a file of this machine" },
      dispatch_lock: text,
      init_lock: text,
      workspaces: text,
      attachments: text,
      search_index: text,
      runs: text,
      foreign_logs: text,
    },
    required: ["slug", "is_current", "tasks", "by_status", "database"],
  },
  "store list": record({
    stores: list(
      record({
        name: text,
        url: text,
        boards: { ...orNull(list(text)), description: "what they are called there; null: see problem" },
        joined: list(text, "the boards of this home that it keeps"),
        problem: textOrNull,
      }),
    ),
  }),
  "store init": record({ store: text, sql: text }),
  hosts: hostList,
  "hosts list": hostList,
  "hosts show": listedHost,
  "hosts rm": removedHost,
  "hosts fence": record({
    store: text,
    host: record({ id: text, machine: text, home: text, epoch: whole }),
    given: list(
      record({
        board: text,
        task_id: text,
        run_id: whole,
        was_open: { ...flag, description: "its task is ready again; else its run had ended before" },
      }),
    ),
    failed: list(record({ board: text, error: ref("Failure") }), "boards on which nothing was given away"),
  }),
  "boards switch": record({ current: text }),
  "boards rename": record(metadata),
  "boards set": record({ slug: text, takeover }),
  "boards set-default-workdir": record(metadata),
  "boards rm": record({ slug: text, archive: text }),
  "boards rm --delete": record({ slug: text, deleted: flag, left: orNull(path) }),
  "profiles list": record({ config: textOrNull, profiles: list(ref("Profile")) }),
  "profiles resume": record({ profile: text, resumed: flag, boards: list(text) }),
  "agents list": record({ agents: list(record(agent)) }),
  "agents show": record({
    ...agent,
    commands: list(record({ level: text, command: list(text) })),
  }),
  "agents add": record({
    profile: text,
    agent: text,
    config: text,
    text,
    command: list(text),
    permissions: orNull(record(permission)),
    is_written: flag,
  }),
  assignees: record({ assignees: list(record({ name: text, by_status: counts, is_profile: flag })) }),
  completion: record({ shell: text, script: text }),
  man: record({ page: text }),
};
