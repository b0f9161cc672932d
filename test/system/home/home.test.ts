import { expect, test } from "bun:test";
import { chownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../../src/system/config/config-error.ts";
import { resolveHome } from "../../../src/system/home/home.ts";
import { makeTestHome } from "../../support/home.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";

const USER_HOME = "/home/someone";

test.skipIf(lacksOnWindows("POSIX paths"))(
  "--home beats KANBUN_HOME, which beats a .kanbun folder, which beats the user's home",
  () => {
    const cwd = makeTestHome();
    mkdirSync(join(cwd, ".kanbun"));
    const env = { KANBUN_HOME: "/from/env" };
    expect(resolveHome({ flag: "/from/flag", env, cwd, userHome: USER_HOME }).path).toBe("/from/flag");
    expect(resolveHome({ flag: undefined, env, cwd, userHome: USER_HOME }).path).toBe("/from/env");
    expect(resolveHome({ flag: undefined, env: {}, cwd, userHome: USER_HOME }).path).toBe(
      join(cwd, ".kanbun"),
    );
    expect(resolveHome({ flag: undefined, env: {}, cwd: "/", userHome: USER_HOME }).path).toBe(
      "/home/someone/.kanbun",
    );
  },
);

test("the nearest .kanbun folder upwards is found, past files and dead links of that name", () => {
  const root = makeTestHome();
  const deep = join(root, "a", "b", "c");
  mkdirSync(deep, { recursive: true });
  mkdirSync(join(root, ".kanbun"));
  writeFileSync(join(root, "a", ".kanbun"), "");
  symlinkSync("nowhere", join(root, "a", "b", ".kanbun"));
  expect(resolveHome({ flag: undefined, env: {}, cwd: deep, userHome: USER_HOME }).path).toBe(
    join(root, ".kanbun"),
  );
  mkdirSync(join(deep, ".kanbun"));
  expect(resolveHome({ flag: undefined, env: {}, cwd: deep, userHome: USER_HOME }).path).toBe(
    join(deep, ".kanbun"),
  );
});

test.skipIf(lacksOnWindows("POSIX paths"))(
  "a relative home is made absolute from the working directory",
  () => {
    const from = { cwd: "/srv/here", userHome: USER_HOME };
    expect(resolveHome({ flag: "boards", env: {}, ...from }).path).toBe("/srv/here/boards");
    expect(resolveHome({ flag: undefined, env: { KANBUN_HOME: "../boards/" }, ...from }).path).toBe(
      "/srv/boards",
    );
  },
);

test.skipIf(lacksOnWindows("POSIX paths"))(
  "a leading ~ is the user's home, a ~ elsewhere is a letter",
  () => {
    const from = { env: {}, cwd: "/srv", userHome: USER_HOME };
    expect(resolveHome({ flag: "~/boards", ...from }).path).toBe("/home/someone/boards");
    expect(resolveHome({ flag: "~", ...from }).path).toBe("/home/someone");
    expect(resolveHome({ flag: "~other", ...from }).path).toBe("/srv/~other");
  },
);

test.skipIf(lacksOnWindows("POSIX paths"))("an empty KANBUN_HOME is none", () => {
  const from = { cwd: "/", userHome: USER_HOME };
  expect(resolveHome({ flag: undefined, env: { KANBUN_HOME: "" }, ...from }).path).toBe(
    "/home/someone/.kanbun",
  );
});

test("an empty --home is refused and does not mean another home", () => {
  const resolve = () => resolveHome({ flag: "", env: { KANBUN_HOME: "/x" }, cwd: "/", userHome: USER_HOME });
  expect(resolve).toThrow(ConfigError);
  expect(resolve).toThrow("--home: expected the path of a folder, found an empty text");
});

test("a home with NUL in it is refused, also from the environment", () => {
  const from = { cwd: "/", userHome: USER_HOME };
  expect(() => resolveHome({ flag: "a\0b", env: {}, ...from })).toThrow(
    '--home: expected the path of a folder, found "a\\u{0}b"',
  );
  expect(() => resolveHome({ flag: undefined, env: { KANBUN_HOME: "\0" }, ...from })).toThrow(
    "KANBUN_HOME: ",
  );
});

// Only root can give a folder away.
test.skipIf(process.getuid?.() !== 0)("another user's .kanbun folder is refused, unless it is named", () => {
  const cwd = makeTestHome();
  const planted = join(cwd, ".kanbun");
  mkdirSync(planted);
  chownSync(planted, 12_345, 12_345);
  const from = { env: {}, cwd, userHome: USER_HOME };
  expect(() => resolveHome({ flag: undefined, ...from })).toThrow(
    `${planted}: expected a .kanbun folder of your own`,
  );
  expect(() => resolveHome({ flag: undefined, ...from })).toThrow("belongs to user 12345");
  expect(resolveHome({ flag: planted, ...from }).path).toBe(planted);
});

test("on Windows the home of last resort is below LOCALAPPDATA, and without it below the user's home", () => {
  const sources = { flag: undefined, cwd: makeTestHome(), userHome: USER_HOME };
  const local = join(USER_HOME, "AppData", "Local");
  expect(resolveHome({ ...sources, env: { LOCALAPPDATA: local } }, "win32").path).toBe(join(local, "kanbun"));
  expect(resolveHome({ ...sources, env: { LOCALAPPDATA: "" } }, "win32").path).toBe(
    join(USER_HOME, ".kanbun"),
  );
  expect(resolveHome({ ...sources, env: { LOCALAPPDATA: local } }, "linux").path).toBe(
    join(USER_HOME, ".kanbun"),
  );
});
