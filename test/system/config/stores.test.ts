import { describe, expect, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStorePassword } from "../../../src/store/open/store-password.ts";
import { readConfig } from "../../../src/system/config/config.ts";
import type { PasswordSource } from "../../../src/system/config/store-config.ts";
import { workerEnvironment } from "../../../src/worker/spawn/environment.ts";
import { makeTestHome } from "../../support/home.ts";
import { load, problemsOf } from "./config-text.ts";

const team = '[stores.team]\nurl = "postgres://kanbun@db.example/kanbun"\n';

test("a store has an address, a password that stands elsewhere, an authority and a lease", () => {
  const { stores } = load(`
[stores.team]
url = "postgres://kanbun@db.example:5433/kanbun?sslmode=verify-full"
password_command = ["pass", "show", "kanbun"]
ca_file = "/etc/kanbun/ca.pem"
lease = "90s"
[stores.own]
url = "postgresql://me@/boards?host=/run/postgresql"
`);
  expect(stores.get("team")).toMatchObject({
    url: "postgres://kanbun@db.example:5433/kanbun?sslmode=verify-full",
    address: { host: "db.example", port: 5433, user: "kanbun", database: "kanbun", sslMode: "verify-full" },
    password: { command: ["pass", "show", "kanbun"] },
    caFile: "/etc/kanbun/ca.pem",
    leaseMs: 90_000,
    fault: null,
  });
  expect(stores.get("own")).toMatchObject({
    address: { host: "/run/postgresql", port: 5432, user: "me", database: "boards", sslMode: "disable" },
    password: null,
    caFile: null,
    leaseMs: 60_000,
    fault: null,
  });
});

describe("a store is refused, and what may be a secret is not shown,", () => {
  const hidden = "hunter2";
  const at = (text: string) => `[stores.team]\nurl = "${text}"\n`;
  test.each([
    ["with a password in its address", at(`postgres://kanbun:${hidden}@db/kanbun`), "without a password"],
    ["with one behind it", at(`postgres://kanbun@db/kanbun?password=${hidden}`), "without a password"],
    ["with a password in the file", `${team}password = "${hidden}"`, "no password in this file"],
    ["without an address", "[stores.team]\n", "url: expected an address"],
    ["with an address of something else", at(`mysql://kanbun:${hidden}@db/kanbun`), "postgres://"],
    ["without a user", at("postgres://db/kanbun"), "a user in the address"],
    ["without a database", at("postgres://kanbun@db"), "one database"],
    ["with settings of its own", at(`postgres://kanbun@db/kanbun?options=${hidden}`), "nothing behind"],
    ["with an unknown sslmode", at("postgres://kanbun@db/kanbun?sslmode=maybe"), "an sslmode of"],
    [
      "with two passwords",
      `${team}password_env = "A"\npassword_file = "/run/secret"`,
      "only one of password_command, password_file or password_env",
    ],
    ["with a file that is not absolute", `${team}password_file = "secret"`, "an absolute path"],
    ["with a lease of a moment", `${team}lease = "1s"`, "lease: expected a duration of at least 5000ms"],
    ["with a key that is unknown", `${team}passwordfile = "/x"`, "did you mean `password_file`?"],
  ])("%s", (_, text, told) => {
    const problems = problemsOf(text).join("\n");
    expect(problems).toContain(told);
    expect(problems).not.toContain(hidden);
    expect(readConfigOf(text).stores.get("team")?.fault).not.toBeNull();
    expect(readConfigOf(text).fault).toBeNull();
  });
});

describe("the password of a store", () => {
  const file = () => join(makeTestHome(), "secret");
  const read = (password: PasswordSource, environment = {}) =>
    readStorePassword({ name: "team", file: "kanbun.toml" }, password, environment);

  test("is what a file holds that only its owner can read, a variable, or the first line of a program", async () => {
    const path = file();
    writeFileSync(path, "s3cret of mine \n", { mode: 0o600 });
    expect(await read({ file: path })).toBe("s3cret of mine ");
    expect(await read({ env: "DB" }, { DB: "s3cret" })).toBe("s3cret");
    const program = [process.execPath, "-e", 'console.log("s3cret\\nuser: me")'];
    expect(await read({ command: program }, process.env)).toBe("s3cret");
  });

  test("is not used where others can read it, and what is wrong is told without it", async () => {
    const path = file();
    writeFileSync(path, "s3cret\n");
    chmodSync(path, 0o640);
    const told = async (password: PasswordSource) =>
      read(password, { ...process.env, DB: "" }).then(String, (error: Error) => error.message);
    if (process.platform !== "win32") {
      const message = await told({ file: path });
      expect(message).toContain(
        "stores.team.password_file: expected a file that only you can read (chmod 600 ",
      );
      expect(message).toContain("found one with mode 0640");
      expect(message).not.toContain("s3cret");
    }
    expect(await told({ file: `${path}.none` })).toContain("ENOENT");
    expect(await told({ env: "DB" })).toContain("stores.team.password_env: expected the password");
    const [bun] = [process.execPath];
    const failed = await told({ command: [bun, "-e", 'console.log("s3cret"); process.exit(3)'] });
    expect(failed).toContain("found one that ended with exit code 3");
    expect(failed).not.toContain("s3cret");
    expect(await told({ command: [bun, "-e", "0"] })).toContain("found one that printed nothing");
    expect(await told({ command: ["kanbun-no-such-program"] })).toContain("can't be started (ENOENT)");
  });

  test("is in no worker's environment, whatever its profile passes on", () => {
    const { profiles } = load(
      `${team}password_env = "TEAM_DB"\n[profiles.open]\ncommand = ["env"]\npass_env = ["*", "TEAM_DB"]`,
    );
    const from = { PATH: "/bin", TEAM_DB: "s3cret", OTHER: "passed" };
    for (const name of ["open", "shell"]) {
      const profile = profiles.get(name);
      if (profile === undefined) throw new Error(`no profile ${name}`);
      const environment = workerEnvironment(profile, identity, from);
      expect(environment).not.toContainKey("TEAM_DB");
      expect(environment).not.toContainValue("s3cret");
      expect(environment.OTHER).toBe(name === "open" ? "passed" : undefined);
    }
  });
});

function readConfigOf(text: string) {
  const home = makeTestHome();
  writeFileSync(join(home, "kanbun.toml"), text);
  return readConfig(home);
}

const identity = {
  home: "/h",
  board: "build",
  database: "",
  socket: null,
  task: "t_00000001",
  run: 7,
  token: "run-token",
  claimLock: "host:run-token",
  profile: "open",
  workspace: "/w",
  workspacesRoot: "/h/w",
  branch: null,
  tenant: null,
  attachmentsRoot: "/h/a",
  goalMode: false,
  goalMaxTurns: null,
  maxRuntimeMs: null,
  binFolder: "/h/bin",
  lease: null,
};
