import fc from "fast-check";
import { duration, json, number, text } from "./words.ts";

/** A file that a case finds in its home: a path below it, and what is in it. */
export interface Planted {
  readonly path: string;
  readonly content: string;
}

const key = fc.constantFrom(
  "max_in_progress",
  "board_max_in_progress",
  "max_retries",
  "lease",
  "launch_grace",
  "interval",
  "retry_delay",
  "retry_delay_max",
  "rate_limit_delays",
  "command",
  "stdin",
  "completes",
  "env",
  "pass_env",
  "cwd",
  "grace",
  "stale_after",
  "max_runtime",
  "hermes",
  "nonsense",
);
const value = fc.oneof(
  number,
  duration.map((word) => JSON.stringify(word)),
  text.map((word) => JSON.stringify(word)),
  fc.array(text, { maxLength: 4 }).map((words) => JSON.stringify(words)),
  fc.constantFrom(
    "true",
    "{}",
    "{ a = 1 }",
    "[[1]]",
    "1979-05-27",
    "inf",
    "nan",
    "'''",
    '"""',
    '["{prompt}"]',
  ),
);
const section = fc.oneof(
  fc.constantFrom(
    "[dispatch]",
    "[profiles.shell]",
    "[profiles.agent]",
    "[profiles]",
    "[[profiles]]",
    "[",
    "[a.b.c]",
  ),
  text.map((name) => `[profiles.${JSON.stringify(name)}]`),
);
const line = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(key, value).map((parts) => parts.join(" = ")) },
  { weight: 1, arbitrary: section },
  { weight: 1, arbitrary: text },
);

const toml = fc.oneof(
  fc.tuple(section, fc.array(line, { maxLength: 6 })).map(([head, lines]) => [head, ...lines].join("\n")),
  text,
);

const metadata = fc.oneof(
  fc
    .dictionary(
      fc.constantFrom(
        "name",
        "icon",
        "color",
        "description",
        "default_workdir",
        "slug",
        "created_at",
        "archived",
      ),
      fc.oneof(text, fc.jsonValue()),
    )
    .map((fields) => JSON.stringify(fields)),
  json,
);

/** No text of a run's mark is a pid that some process could have: a bug must not cost more than a case. */
const mark = fc.oneof(
  text.filter((word) => !/[0-9]/.test(word)),
  fc.constantFrom("99999999\n", "99999999 7\n", "99999999 boot 7\n", "given up\n", "1e9\n", "\n\n\n", " \n"),
);
const exitRecord = fc.oneof(
  text,
  number.map((code) => `${code}\n`),
  fc.constantFrom("0\n", "75\n", "256\n", "0 x\n"),
);
const runFile = fc.oneof(
  mark.map((content) => ({ name: "start", content })),
  exitRecord.map((content) => ({ name: "exit", content })),
  text.map((content) => ({ name: "output.log", content })),
);

/** Beneath it the two runs that the subject's board has open, and one that it never had. */
const runFolder = fc.constantFrom("kanban/runs/1", "kanban/runs/2", "kanban/runs/99", "kanban/runs/x y");

export const planted: fc.Arbitrary<Planted> = fc.oneof(
  toml.map((content) => ({ path: "kanbun.toml", content })),
  metadata.map((content) => ({ path: "kanban/boards/default/board.json", content })),
  text.map((content) => ({ path: "kanban/current", content })),
  text.map((content) => ({ path: "kanban.db.dispatch.lock", content })),
  fc.tuple(runFolder, runFile).map(([folder, { name, content }]) => ({ path: `${folder}/${name}`, content })),
);
