import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { createExecutableResolver, resolveExecutable } from "../../../src/system/files/executable.ts";
import { makeTestHome } from "../../support/home.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";

function addFile(path: string, mode = 0o755): string {
  writeFileSync(path, "#!/bin/sh\n");
  chmodSync(path, mode);
  return path;
}

function makeFolders(...names: string[]): [string, ...string[]] {
  const root = makeTestHome();
  const folders = names.map((name) => join(root, name));
  for (const folder of folders) mkdirSync(folder);
  return [root, ...folders];
}

describe.skipIf(lacksOnWindows("POSIX paths"))("a command by name", () => {
  test("is the first program of that name on PATH, by its absolute path (D5)", () => {
    const [root, one = "", two = ""] = makeFolders("one", "two");
    const path = `${join(root, "missing")}:${one}:${two}`;
    const second = addFile(join(two, "claude"));
    expect(resolveExecutable("claude", path, root)).toEqual({ path: second });
    const first = addFile(join(one, "claude"));
    expect(resolveExecutable("claude", path, root)).toEqual({ path: first });
  });

  test("that was found once is where it was for the rest of one resolver's life; one that was not is looked for again", () => {
    const [root, one = "", two = ""] = makeFolders("one", "two");
    const path = `${one}:${two}`;
    const resolve = createExecutableResolver();
    expect(resolve("claude", path, root)).toHaveProperty("error");
    const second = addFile(join(two, "claude"));
    expect(resolve("claude", path, root)).toEqual({ path: second });
    const first = addFile(join(one, "claude"));
    expect(resolve("claude", path, root)).toEqual({ path: second });
    expect(resolve("claude", `${one}:`, root)).toEqual({ path: first });
    expect(createExecutableResolver()("claude", path, root)).toEqual({ path: first });
  });

  test("with a slash is looked for from each folder anew", () => {
    const [root, one = "", two = ""] = makeFolders("one", "two");
    const [first, second] = [addFile(join(one, "run")), addFile(join(two, "run"))];
    const resolve = createExecutableResolver();
    expect(resolve("./run", root, one)).toEqual({ path: first });
    expect(resolve("./run", root, two)).toEqual({ path: second });
  });

  test("is found on the PATH of this process", () => {
    const found = resolveExecutable("sh", process.env.PATH, "/");
    expect("path" in found && isAbsolute(found.path)).toBe(true);
  });

  test("that is nowhere is refused with what was looked for, and where", () => {
    const [root, one = ""] = makeFolders("one");
    const error = (path: string | undefined) => resolveExecutable("claude", path, root);
    expect(error(`${one}:/none:${one}`)).toEqual({
      error: "no such command: `claude` (looked in 2 folders of PATH)",
    });
    expect(error(one)).toEqual({ error: "no such command: `claude` (looked in 1 folder of PATH)" });
    for (const path of [undefined, "", ":::"]) {
      expect(error(path)).toEqual({ error: "no such command: `claude` (looked in 0 folders of PATH)" });
    }
  });

  test("is never taken from the working directory by an empty or relative entry of PATH", () => {
    const [root] = makeFolders("bin");
    addFile(join(root, "claude"));
    addFile(join(root, "bin", "claude"));
    for (const path of ["", ":", ".", "bin", "./bin:", "\0/x"]) {
      expect(resolveExecutable("claude", path, root)).toHaveProperty("error");
    }
  });

  test("passes over a folder and a file that is not executable, and names the latter if there is no other", () => {
    const [root, one = "", two = "", three = ""] = makeFolders("one", "two", "three");
    mkdirSync(join(one, "claude"));
    const plain = addFile(join(two, "claude"), 0o644);
    const path = `${one}:${two}:${three}`;
    expect(resolveExecutable("claude", path, root)).toEqual({
      error: `${plain} is not executable: chmod +x it`,
    });
    const program = addFile(join(three, "claude"));
    expect(resolveExecutable("claude", path, root)).toEqual({ path: program });
  });

  test("is found past entries of PATH that are files or circles of links", () => {
    const [root, one = ""] = makeFolders("one");
    symlinkSync("circle", join(root, "circle"));
    const file = addFile(join(root, "file"));
    const program = addFile(join(one, "claude"));
    expect(resolveExecutable("claude", `${root}/circle:${file}:${one}`, root)).toEqual({ path: program });
  });
});

describe.skipIf(lacksOnWindows("POSIX paths"))("a command by path", () => {
  test("is relative to the working directory it is given", () => {
    const [root, bin = ""] = makeFolders("bin");
    const program = addFile(join(bin, "run.sh"));
    for (const name of ["bin/run.sh", "./bin/run.sh", "bin/../bin/run.sh", program]) {
      expect(resolveExecutable(name, "/none", root)).toEqual({ path: program });
    }
  });

  test("through a link keeps the link's name: programs look at the name they are called by", () => {
    const root = makeTestHome();
    addFile(join(root, "busybox"));
    symlinkSync("busybox", join(root, "ls"));
    expect(resolveExecutable("./ls", "", root)).toEqual({ path: join(root, "ls") });
  });

  test("that cannot be run is refused with the reason", () => {
    const [root] = makeFolders("folder");
    const plain = addFile(join(root, "run.sh"), 0o644);
    symlinkSync("circle", join(root, "circle"));
    symlinkSync("nowhere", join(root, "dead"));
    const error = (name: string) => resolveExecutable(name, process.env.PATH, root);
    expect(error("./run.sh")).toEqual({ error: `${plain} is not executable: chmod +x it` });
    expect(error("./none")).toEqual({ error: `no such file: ${join(root, "none")}` });
    expect(error("./dead")).toEqual({ error: `no such file: ${join(root, "dead")}` });
    expect(error("./folder")).toEqual({ error: `${join(root, "folder")} is a folder, not a program` });
    expect(error("./circle")).toEqual({ error: `${join(root, "circle")} cannot be looked at (ELOOP)` });
    expect(error("run.sh/x")).toEqual({ error: `${plain}/x cannot be looked at (ENOTDIR)` });
    expect(error("/dev/null")).toEqual({ error: "/dev/null is not a regular file" });
  });
});

test.each([
  "",
  "\0",
  "sh\0",
  "claude -p",
  "\u202ehs",
  "🙂",
  "x".repeat(1_000_000),
  `./${"x".repeat(1_000_000)}`,
])("hostile name %# is refused in one short, printable line", (name) => {
  const found = resolveExecutable(name, process.env.PATH, "/");
  const error = "error" in found ? found.error : "";
  expect(error).not.toBe("");
  expect(error).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(error.length).toBeLessThan(600);
});

describe("on Windows", () => {
  const host = { platform: "win32", pathExt: ".COM;.EXE;.BAT;.CMD" } as const;

  test("a name is completed by PATHEXT, and one that has such an ending is taken as it is", () => {
    const root = makeTestHome();
    const program = addFile(join(root, "claude.exe"));
    addFile(join(root, "claude"));
    for (const name of ["claude", "claude.exe"]) {
      expect(resolveExecutable(name, root, "/", host)).toEqual({ path: program });
    }
    expect(resolveExecutable("claude", root, "/", { ...host, pathExt: undefined })).toEqual({
      path: program,
    });
    expect(resolveExecutable("claude", root, "/", { ...host, pathExt: ".COM" })).toHaveProperty("error");
  });

  test.each(["claude.cmd", "claude.bat"])("the batch file %s is refused with the reason", (file) => {
    const root = makeTestHome();
    const path = addFile(join(root, file));
    const error = `${path} is a batch file, whose arguments cannot be passed safely: name the program that it starts`;
    for (const name of ["claude", file, `./${file}`]) {
      expect(resolveExecutable(name, root, root, host)).toEqual({ error });
    }
  });
});
