import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dir, "..");
const self = "test/layers.test.ts";

interface SourceFile {
  /** Below the root, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** One line for each thing that is not as it should be. */
type Check = (files: readonly SourceFile[]) => string[];

const skipped = new Set(["node_modules", ".git", "dist", ".scratch"]);

function listFiles(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => !skipped.has(name))
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(join(root, path)).isDirectory() ? listFiles(path) : [path]));
}

const allFiles: readonly SourceFile[] = listFiles("")
  .filter((path) => /\.(tsx?|json|jsonc|toml|md|lock|ya?ml|sh|py)$|\/?\.[a-z]+rc$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
const code = allFiles.filter(({ path }) => /^(src|native-shims|test|bench|build)\/.*\.tsx?$/.test(path));
const source = code.filter(({ path }) => !/^(test|bench|build)\//.test(path));

const foundations = ["src/board", "src/system", "native-shims"];
const belowHome = [...foundations, "src/store", "src/worker", "src/dispatcher", "src/doctor"];
/** A face shows what home gives, and nothing of another face: which database it is, and which kernel, is home's affair. */
const face = [...belowHome.filter((layer) => layer !== "native-shims"), "src/home"];

/** Who may import whom: the layers of design section 6, from the bottom up. */
const layers: Readonly<Record<string, readonly string[]>> = {
  "native-shims": [],
  "src/board": [],
  "src/system": [],
  "src/agents": ["src/board"],
  "src/store": foundations,
  "src/store/sql": [...foundations, "src/store"],
  "src/store/sqlite": [...foundations, "src/store", "src/store/sql"],
  "src/store/postgres": [...foundations, "src/store", "src/store/sql"],
  "src/store/open": [...foundations, "src/store", "src/store/sqlite", "src/store/postgres"],
  "src/worker": [...foundations, "src/store", "src/agents"],
  "src/dispatcher": [...foundations, "src/store", "src/worker"],
  "src/doctor": [...foundations, "src/store", "src/worker", "src/dispatcher"],
  "src/home": [...belowHome, "src/store/open", "src/store/sqlite"],
  "src/cli": face,
  "src/web": face,
  "src/mcp": face,
};

function layerOf(path: string): string | null {
  const inside = Object.keys(layers).filter((layer) => path.startsWith(`${layer}/`));
  return inside.sort((a, b) => b.length - a.length)[0] ?? null;
}

function importsOf({ text }: SourceFile): string[] {
  return [...text.matchAll(/\b(?:from|import)\s*\(?\s*"([^"\n]+)"/g)].map((match) => match[1] ?? "");
}

/** A face starts another in one place alone: the command that is there for it. */
const starters: Readonly<Record<string, readonly string[]>> = {
  "src/cli/commands/serve.ts": ["src/web/serve.ts", "src/mcp/http.ts"],
  "src/cli/commands/mcp.ts": ["src/mcp/stdio.ts", "src/mcp/clients.ts", "src/mcp/client-file.ts"],
};

const importsGoDown: Check = (files) =>
  files.flatMap((file) => {
    const from = layerOf(file.path);
    if (from === null) return [`${file.path} is in no layer`];
    return importsOf(file)
      .filter((name) => name.startsWith("."))
      .map((name) => join(dirname(file.path), name))
      .filter((target) => {
        const to = layerOf(target);
        if (starters[file.path]?.includes(target)) return false;
        if (to === from || (["src/cli", "src/web", "src/home"].includes(from) && target === "package.json"))
          return false;
        if (to === null || !layers[from]?.includes(to)) return true;
        return to === "native-shims" && target !== "native-shims/index.ts";
      })
      .map((target) => `${file.path} imports ${target}`);
  });

/** Lines that match, in the files that `isAllowed` does not excuse. */
function noLine(pattern: RegExp, isAllowed: (path: string) => boolean = () => false): Check {
  return (files) =>
    files
      .filter(({ path }) => path !== self && !isAllowed(path))
      .flatMap(({ path, text }) =>
        text
          .split("\n")
          .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
      );
}

function inCode(check: Check): Check {
  const withoutComments = (text: string) => text.replaceAll(/^\s*(\/\*\*|\*|\/\/).*$/gm, "");
  return (files) => check(files.map(({ path, text }) => ({ path, text: withoutComments(text) })));
}

function onlyIn(name: string | RegExp, ...folders: string[]): Check {
  const isNamed = (asked: string) => (typeof name === "string" ? asked === name : name.test(asked));
  return (files) =>
    files
      .filter(({ path }) => path !== self && !folders.some((folder) => path.startsWith(folder)))
      .filter((file) => importsOf(file).some(isNamed))
      .map(({ path }) => `${path} names ${name}`);
}

const noLongFile: Check = (files) =>
  files.filter(({ text }) => text.split("\n").length > 401).map(({ path }) => `${path} is too long`);

const noCatchAllName: Check = (files) =>
  files
    .map(({ path }) => path)
    .filter((path) => /^(utils?|helpers?|common|types?|misc|shared)(\.test)?\.ts$/.test(basename(path)));

/** Titles that are made of parts differ by them. */
const uniqueTitles: Check = (files) => {
  const titles = files.flatMap(({ path, text }) =>
    [...text.matchAll(/^\s*test(?:\.\w+)?\(\s*(["`])((?:\\.|(?!\1).)+)\1/gm)]
      .map((match) => ({ path, title: match[2] ?? "" }))
      .filter(({ title }) => !title.includes("${")),
  );
  const groups = [...Map.groupBy(titles, ({ title }) => title).values()].filter((group) => group.length > 1);
  return groups.map((group) => `"${group[0]?.title}" in ${group.map(({ path }) => path).join(", ")}`);
};

/** What each command loads before it is known which one it is, and what `kanbun list` loads: what starts workers, and examines homes, is not among it. */
const loadsOnlyWhatIsUsed: Check = (files) => {
  const texts = new Map(files.map((one) => [one.path, one.text]));
  const loaded = new Set(["src/cli/main.ts", "src/cli/commands/list.ts"]);
  for (const path of loaded)
    for (const [, names = "", from = ""] of (texts.get(path) ?? "").matchAll(
      /^(?:import|export) (?!type\b)([^;"]*?) from "(\.[^"\n]+)"/gm,
    ))
      if (!/^\{(\s*type \w+,?)+\s*\}$/.test(names)) loaded.add(join(dirname(path), from));
  const rare = /^src\/(agents|doctor|home\/tasks|worker\/(spawn|tree|workspace))\/|^native-shims\/linux\//;
  return [...loaded].filter((path) => rare.test(path)).map((path) => `each command loads ${path}`);
};

/** Also of types alone: who reads one of such files has to read them all. */
const circles: Check = (files) => {
  const below = new Map(
    files
      .filter(({ path }) => path !== self)
      .map((file) => [
        file.path,
        importsOf(file)
          .filter((name) => name.startsWith("."))
          .map((name) => join(dirname(file.path), name)),
      ]),
  );
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    (below.get(from) ?? []).some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, to, seen);
    });
  return files.map(({ path }) => path).filter((path) => reaches(path, path));
};

/** A file that only hands on what others have; the two faces of all that is behind them are the exceptions. */
const noBarrel: Check = (files) =>
  files
    .map(({ path }) => path)
    .filter((path) => basename(path) === "index.ts")
    .filter((path) => path !== "native-shims/index.ts" && path !== "src/home/index.ts");

/** What fails and is neither thrown, handed on nor shown must say why nothing is lost. */
const noSilentCatch: Check = (files) =>
  files
    .filter(({ path }) => path !== self)
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\bcatch( \((\w+)[^)]*\))? \{/g), ...text.matchAll(/\.catch\(\(()()\) =>/g)].flatMap(
        (match) => {
          const isCall = match[0].startsWith(".");
          // Of a call the line and the two above it, else the block.
          const before = isCall ? text.slice(0, match.index).split("\n").slice(-3).join("\n") : "";
          const end = isCall
            ? text.indexOf("\n", match.index)
            : endOfBlock(text, match.index + match[0].length);
          const said = before + text.slice(match.index, end);
          const name = match[2] ?? "";
          const uses = name === "" ? /\bthrow\b/ : new RegExp(`\\b${name}\\b[^]*\\b${name}\\b|\\bthrow\\b`);
          return uses.test(said) || /\/\/|\*\//.test(said)
            ? []
            : [`${path}:${text.slice(0, match.index).split("\n").length} ${match[0]}`];
        },
      ),
    );

/** Of the block that begins before `at`, as far as braces tell. */
function endOfBlock(text: string, at: number): number {
  let depth = 1;
  for (let end = at; end < text.length; end++) {
    if (text[end] === "{") depth += 1;
    if (text[end] === "}") depth -= 1;
    if (depth === 0) return end;
  }
  return text.length;
}

/** A page that leads its reader to a file that is no longer there has been forgotten. */
const namedFilesAreThere: Check = (files) =>
  files.flatMap(({ path, text }) =>
    [...text.matchAll(/`((?:src|test|build|bench|native-shims|docs)\/[\w./-]*)`/g)]
      .map((match) => match[1] ?? "")
      .filter((name) => statSync(join(root, name), { throwIfNoEntry: false }) === undefined)
      .map((name) => `${path} names ${name}`),
  );

/** Steps that no one takes do nothing, and no type says so: of a function that gives some, or a statement of the database. */
const everyStepIsTaken: Check = (files) => {
  const givers = new Map(files.map((one) => [one.path, giversOf(one.text)]));
  return files.flatMap(({ path, text }) => {
    const imported = [...text.matchAll(/import \{([^}]*)\} from "([^"\n]+)"/g)].flatMap(
      ([, names = "", from = ""]) => {
        const theirs = givers.get(join(dirname(path), from));
        return names.split(",").flatMap((name) => (theirs?.has(name.trim()) ? [name.trim()] : []));
      },
    );
    const known = new Set([...(givers.get(path) ?? []), ...imported]);
    const calls = text
      .replaceAll(/`[^`]*`/g, (sqlText) => " ".repeat(sqlText.length))
      .matchAll(/(?<![\w.#])((?:(?:this\.#)?scope\.|this\.#)?db\.)?(\w+)(?:<[^()]*?>)?\(/g);
    return [...calls]
      .filter(([, db, name = ""]) => (db === undefined ? known.has(name) : name !== "toExact"))
      .filter(({ index }) => !/(yield\*|=>|return|function\*?|async)\s*$/.test(text.slice(0, index)))
      .map(([call, , name], at) => `${path}: ${call} ${name} ${at}`);
  });
};

function giversOf(text: string): ReadonlySet<string> {
  const names = [...text.matchAll(/function(\*?) (\w+)(?:<[^(]*>)?\((?:[^{}]|\{[^}]*\})*?\)(: Steps<)?/g)];
  return new Set(names.flatMap(([, star, name = "", steps]) => (star === "*" || steps ? [name] : [])));
}

const file = (path: string, text: string): SourceFile => ({ path, text });
const machinePath = new RegExp(`["'\`\\s=(]/(${["root", "tmp", "home"].join("|")})/`);
const anybodysPath = new RegExp(`(^|["'\`\\s=(:])/(${["root", "work"].join("|")})/\\w`);
const registry = /https?:\/\/[\w.-]*(registry|npm|artifact|nexus|mirror|verdaccio|proxy)[\w.-]*\.\w+/i;
// That one is a function of what it is given: times, an instant and a zone.
const impurity =
  /\b(Date\.now|new Date\(\)|Math\.random|performance\.now|process\.\w|Bun\.(?!cron\.parse\()|console\.|fetch\(|await )/;
const sql = /\b(SELECT|INSERT INTO|UPDATE \w+ SET|DELETE FROM|PRAGMA)\b/;
const deadCode =
  /^\s*\/\/\s*((const|let|var|return|throw|await|import|export|function|if \(|for \(|while \().*[;{]|[\w.]+\(.*\);)\s*$/;
const inStore = (path: string) => /^src\/store\/(sql|sqlite|postgres)\//.test(path);

/** The last argument of a test, as the formatter sets it: how long it may take. @see test/support/patience.ts */
const ownBound = /^\s*(\}, \d[\d_]*\);|\d[\d_]*_000,)$/;

/** Each rule, what it is held against, and something that it must find. */
const rules: [string, Check, readonly SourceFile[], readonly SourceFile[]][] = [
  [
    "imports go down",
    importsGoDown,
    source,
    [
      file("src/board/a.ts", 'import { x } from "../system/clock.ts";'),
      file("src/system/a.ts", 'import type { X } from "../board/task.ts";'),
      file("src/system/config/c.ts", 'import type { X } from "../../agents/read-report.ts";'),
      file("src/agents/a.ts", 'import { x } from "../worker/run-directory.ts";'),
      file("src/system/b.ts", 'import { x } from "../../native-shims/index.ts";'),
      file("src/store/a.ts", 'import { x } from "./sqlite/open.ts";'),
      file("src/worker/a.ts", 'import { x } from "../store/sqlite/open.ts";'),
      file("src/worker/b.ts", 'import { x } from "../dispatcher/loop.ts";'),
      file("src/dispatcher/a.ts", 'import { x } from "../store/sqlite/open.ts";'),
      file("src/dispatcher/b.ts", 'const { x } = await import("../cli/program.ts");'),
      file("src/dispatcher/c.ts", 'import { x } from "../doctor/check.ts";'),
      file("src/doctor/a.ts", 'import { x } from "../store/sqlite/open.ts";'),
      file("src/home/a.ts", 'import { x } from "../../native-shims/linux/linux.ts";'),
      file("src/dispatcher/e.ts", 'import { x } from "../store/open/open-store.ts";'),
      file("src/home/b.ts", 'import type { CliContext } from "../cli/input/command.ts";'),
      file("src/home/c.ts", 'const { x } = await import("../web/page.ts");'),
      file("src/doctor/b.ts", 'import { x } from "../home/place.ts";'),
      file("src/dispatcher/d.ts", 'import { x } from "../home/place.ts";'),
      file("src/cli/a.ts", 'import { x } from "../store/sqlite/open.ts";'),
      file("src/cli/commands/a.ts", 'import { x } from "../../../native-shims/index.ts";'),
      file("src/cli/d.ts", 'import { x } from "../web/server.ts";'),
      file("src/cli/commands/create.ts", 'import { x } from "../../mcp/stdio.ts";'),
      file("src/web/b.ts", 'import { x } from "../cli/text/table.ts";'),
      file("src/mcp/a.ts", 'import { x } from "../cli/input/task-line.ts";'),
      file("native-shims/a.ts", 'import { x } from "../src/board/task.ts";'),
      file("src/other/a.ts", ""),
      file("src/cli/b.ts", 'import { x } from "../../test/support/board.ts";'),
      file("src/cli/c.ts", 'import { x } from "../../bench/samples.ts";'),
    ],
  ],
  [
    "no file imports itself, however far around",
    circles,
    code,
    [file("src/cli/a.ts", 'import type { B } from "./b.ts";'), file("src/cli/b.ts", 'import "./a.ts";')],
  ],
  [
    "only native-shims names bun:ffi",
    onlyIn("bun:ffi", "native-shims/", "test/native-shims/", "bench/yardsticks/"),
    code,
    [file("src/worker/a.ts", 'import { dlopen } from "bun:ffi";')],
  ],
  [
    "only src/store/open chooses how a board is opened",
    (files) =>
      files
        .filter(({ path }) => !path.startsWith("src/store/"))
        .filter((one) => importsOf(one).some((name) => /store\/sqlite\/open\.ts$/.test(name)))
        .map(({ path }) => path),
    source,
    [file("src/home/a.ts", 'import { openBoard } from "../store/sqlite/open.ts";')],
  ],
  [
    "only the SQLite store names bun:sqlite",
    onlyIn("bun:sqlite", "src/store/sqlite/"),
    source,
    [file("src/store/a.ts", 'import { Database } from "bun:sqlite";')],
  ],
  [
    "only the PostgreSQL store names its client",
    noLine(/\bSQL\b.* from "bun"|\bBun\.(SQL|sql)\b/, (path) => path.startsWith("src/store/postgres/")),
    source,
    [file("src/store/sql/a.ts", 'import { SQL } from "bun";'), file("src/home/a.ts", "new Bun.SQL(url)")],
  ],
  [
    "what only workers and the examination of a home need is loaded where it is used",
    loadsOnlyWhatIsUsed,
    source,
    [file("src/cli/main.ts", 'import { x } from "../worker/spawn/spawn.ts";')],
  ],
  [
    // It loads the streams: 3 MB of each process, and some of its time. Bun's own hash and the global crypto load nothing.
    "only the web server names node:crypto",
    onlyIn("node:crypto", "src/web/"),
    source,
    [file("src/home/a.ts", 'import { randomUUID } from "node:crypto";')],
  ],
  [
    "only the command line names commander",
    onlyIn("commander", "src/cli/"),
    source,
    [file("src/board/a.ts", 'import { Command } from "commander";')],
  ],
  [
    "only the MCP server names the package of MCP",
    onlyIn(/^(@modelcontextprotocol\/|zod$)/, "src/mcp/"),
    source,
    [
      file("src/web/a.ts", 'import { McpServer } from "@modelcontextprotocol/server/stdio";'),
      file("src/home/a.ts", 'import { z } from "zod";'),
    ],
  ],
  [
    "only the page names what is made for browsers",
    onlyIn(/^(preact|virtua|marked|dompurify|anser)\b|^@(preact|atlaskit)\//, "src/web/page/"),
    source,
    [
      file("src/web/a.ts", 'import { signal } from "@preact/signals";'),
      file("src/cli/a.ts", 'import { marked } from "marked";'),
    ],
  ],
  [
    "the board's rules do no I/O and know no clock",
    inCode(noLine(impurity, (path) => !path.startsWith("src/board/"))),
    source,
    [file("src/board/a.ts", "const now = Date.now();"), file("src/board/b.ts", "const now = await x;")],
  ],
  [
    "the board's rules import nothing of the platform",
    (files) =>
      files
        .filter(({ path }) => path.startsWith("src/board/"))
        .flatMap((one) => importsOf(one).filter((name) => !name.startsWith("./"))),
    source,
    [file("src/board/a.ts", 'import { readFileSync } from "node:fs";')],
  ],
  [
    "no SQL leaves the stores that speak it",
    noLine(sql, inStore),
    source,
    [file("src/cli/a.ts", 'db.run("DELETE FROM tasks")'), file("src/dispatcher/a.ts", '"SELECT 1"')],
  ],
  [
    "every step that the SQL asks for is taken, or handed on",
    everyStepIsTaken,
    source.filter(({ path }) => path.startsWith("src/store/sql/")),
    [
      file("src/store/sql/a.ts", "function* f(db: Connection) {\n  db.run(sql);\n}"),
      file("src/store/sql/b.ts", "function* g(db: Connection) {}\nfunction* f() {\n  if (g(db)) return;\n}"),
    ],
  ],
  ["nothing is left to do", noLine(/\b(TODO|FIXME|XXX)\b/), code, [file("src/cli/a.ts", "// TODO: later")]],
  [
    "no code is commented out",
    noLine(deadCode),
    code,
    [
      file("src/cli/a.ts", "  // const x = 1;"),
      file("src/cli/b.ts", "// run(this);"),
      file("src/cli/c.ts", "// if (x) {"),
    ],
  ],
  [
    "no file of the product is longer than 400 lines",
    noLongFile,
    source,
    [file("src/cli/a.ts", "\n".repeat(401))],
  ],
  [
    "no error is swallowed without a word",
    noSilentCatch,
    source,
    [
      file("src/cli/a.ts", "try {\n  x();\n} catch {\n  return null;\n}"),
      file("src/cli/b.ts", "try {\n  x();\n} catch (error) {\n  return null;\n}"),
      file("src/cli/c.ts", "try {\n  x();\n} catch {}\n"),
      file("src/cli/d.ts", "\n\nawait x().catch(() => {});\n"),
    ],
  ],
  [
    "every file is named after what it has",
    noCatchAllName,
    code,
    [file("src/cli/utils.ts", ""), file("test/helpers.ts", ""), file("src/board/types.ts", "")],
  ],
  [
    "no file only hands on what others have, but the faces of native-shims and of the library",
    noBarrel,
    source,
    [file("src/board/index.ts", ""), file("src/cli/index.ts", "")],
  ],
  [
    "nothing of ours asks the library's own face",
    (files) =>
      files
        .filter((one) => importsOf(one).some((name) => join(dirname(one.path), name) === "src/home/index.ts"))
        .map(({ path }) => path),
    source,
    [file("src/cli/a.ts", 'import { openHome } from "../home/index.ts";')],
  ],
  [
    "the files that a page names are there",
    namedFilesAreThere,
    allFiles.filter(({ path }) => path.endsWith(".md")),
    [file("docs/a.md", "see `src/board/gone.ts`"), file("CONTRIBUTING.md", "in `src/gone/`")],
  ],
  [
    "no two tests have one title",
    uniqueTitles,
    code,
    [file("test/a.test.ts", 'test("x", () => {});'), file("test/b.test.ts", '  test("x", () => {});')],
  ],
  [
    "no test has a bound of its own, which only a fast machine meets",
    noLine(ownBound, (path) => !/\.(test|check)\.ts$/.test(path)),
    code,
    [file("test/a.test.ts", "}, 15_000);"), file("test/b.test.ts", "  20_000,")],
  ],
  [
    "the product names no path of some machine",
    inCode(noLine(machinePath)),
    source,
    [file("src/cli/a.ts", `const path = "/${"tmp"}/x";`)],
  ],
  [
    "nothing names a path of the machine that it was written on",
    noLine(anybodysPath),
    allFiles,
    [file("docs/a.md", `see /${"work"}/main`)],
  ],
  [
    "nothing names a registry",
    noLine(registry),
    allFiles,
    [file("bunfig.toml", 'registry = "https://registry.example.org/"')],
  ],
  [
    "the lock file has packages from wherever they come",
    noLine(/https?:/, (path) => basename(path) !== "bun.lock"),
    allFiles,
    [file("bun.lock", '"a": ["a@1.0.0", "https://example.org/a.tgz"]')],
  ],
];

describe("the architecture", () => {
  test("is looked at in all its files", () => {
    expect(source.length).toBeGreaterThan(100);
    expect(code.some(({ path }) => path === self)).toBe(true);
    expect(allFiles.map(({ path }) => path)).toContain("bun.lock");
  });

  for (const [name, check, files, bad] of rules) {
    test(`holds: ${name}`, () => {
      expect(check(files)).toEqual([]);
    });

    test(`is able to fail: ${name}`, () => {
      const isAboutSeveral = check === uniqueTitles || check === circles;
      const samples = isAboutSeveral ? [bad] : bad.map((one) => [one]);
      for (const sample of samples) expect(check(sample)).not.toEqual([]);
    });
  }
});
