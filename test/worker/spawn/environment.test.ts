import { expect, test } from "bun:test";
import { workerEnvironment } from "../../../src/worker/spawn/environment.ts";
import type { RunIdentity } from "../../../src/worker/spawn/run-identity.ts";

const identity: RunIdentity = {
  home: "/h",
  board: "default",
  database: "/h/kanban.db",
  socket: null,
  task: "t_00000001",
  run: 7,
  token: "secret",
  claimLock: "host:secret",
  profile: "claude",
  workspace: "/w",
  workspacesRoot: "/h/kanban/workspaces",
  branch: null,
  tenant: null,
  attachmentsRoot: "/h/kanban/attachments",
  goalMode: false,
  goalMaxTurns: null,
  maxRuntimeMs: null,
  binFolder: "/h/kanban/bin",
  lease: null,
};
const plain = { name: "claude", command: ["claude"], env: {}, passEnv: [], withheldEnv: [], hermes: false };
const separator = process.platform === "win32" ? ";" : ":";

test("a worker inherits nothing but the allow-list (W47)", () => {
  const from = {
    PATH: "/bin",
    LANG: "C",
    LC_TIME: "C",
    AWS_SECRET_ACCESS_KEY: "x",
    GITHUB_TOKEN: "x",
    PATHOLOGY: "x",
  };
  const environment = workerEnvironment(plain, identity, from);
  expect(Object.keys(environment).sort()).toEqual([
    "KANBUN_BOARD",
    "KANBUN_HOME",
    "KANBUN_PROFILE",
    "KANBUN_RUN",
    "KANBUN_TASK",
    "KANBUN_TOKEN",
    "KANBUN_WORKSPACE",
    "LANG",
    "LC_TIME",
    "PATH",
  ]);
  expect(environment.PATH).toBe(`/h/kanban/bin${separator}/bin`);
});

test("a profile passes on what its patterns name, and no more", () => {
  const from = { ANTHROPIC_API_KEY: "k", ANTHROPIC_BASE_URL: "u", OPENAI_API_KEY: "o", MY_ANTHROPIC_X: "n" };
  const environment = workerEnvironment({ ...plain, passEnv: ["ANTHROPIC_*"] }, identity, from);
  expect(environment).toMatchObject({ ANTHROPIC_API_KEY: "k", ANTHROPIC_BASE_URL: "u" });
  expect(environment).not.toContainKey("OPENAI_API_KEY");
  expect(environment).not.toContainKey("MY_ANTHROPIC_X");
});

test("a worker that dispatches does not pass its own identity on, whatever its profile says (W47)", () => {
  const from = { KANBUN_TASK: "t_other", KANBUN_TOKEN: "other", KANBUN_ACTOR: "other" };
  const environment = workerEnvironment({ ...plain, passEnv: ["*"] }, identity, from);
  expect(environment).toMatchObject({ KANBUN_TASK: "t_00000001", KANBUN_TOKEN: "secret" });
  expect(environment).not.toContainKey("KANBUN_ACTOR");
});

test("a Hermes worker finds its board by the variables that it knows", () => {
  const environment = workerEnvironment(
    { ...plain, hermes: true },
    { ...identity, tenant: "acme", branch: "b" },
    {},
  );
  expect(environment).toMatchObject({
    HERMES_KANBAN_TASK: "t_00000001",
    HERMES_KANBAN_DB: "/h/kanban.db",
    HERMES_KANBAN_BOARD: "default",
    HERMES_KANBAN_WORKSPACE: "/w",
    HERMES_KANBAN_WORKSPACES_ROOT: "/h/kanban/workspaces",
    HERMES_KANBAN_RUN_ID: "7",
    HERMES_KANBAN_CLAIM_LOCK: "host:secret",
    HERMES_KANBAN_BRANCH: "b",
    HERMES_PROFILE: "claude",
    HERMES_TENANT: "acme",
    TERMINAL_CWD: "/w",
  });
});

test("a worker that is none of Hermes gets none of its variables", () => {
  const names = Object.keys(workerEnvironment(plain, identity, { PATH: "/bin" }));
  expect(names.filter((name) => name.startsWith("HERMES"))).toEqual([]);
});

test("on Windows names are told apart regardless of case, and each is there once", () => {
  const from = {
    Path: "C:\\bin",
    SystemRoot: "C:\\Windows",
    windir: "x",
    Kanbun_Task: "t_other",
    Token: "secret",
  };
  const profile = { ...plain, env: { path: "D:\\tools" }, passEnv: ["TOKEN"] };
  const environment = workerEnvironment(profile, identity, from, "win32");
  expect(environment).toMatchObject({
    PATH: "/h/kanban/bin;D:\\tools",
    SYSTEMROOT: "C:\\Windows",
    TOKEN: "secret",
    KANBUN_TASK: "t_00000001",
  });
  expect(Object.keys(environment)).toEqual(Object.keys(environment).map((name) => name.toUpperCase()));
  expect(environment).not.toContainKey("WINDIR");
});
