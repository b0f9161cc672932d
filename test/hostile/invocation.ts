import fc from "fast-check";
import { type Planted, planted } from "./files.ts";
import { type Grammar, readGrammars } from "./grammar.ts";
import { duration, json, moment, number, slug, text } from "./words.ts";

/** One case: a command line, what is in its environment, and what it finds in its home. */
export interface Invocation {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly Planted[];
}

/** In an argument: a task that is there, and a folder of the home; whoever runs the command puts its own in their place. */
export const aTask = "{{task}}";
export const aFolder = "{{folder}}";

/** Mostly what the place asks for, so that the command gets to its work, else what it does not. */
function mostly(good: fc.Arbitrary<string>, bad: fc.Arbitrary<string> = text): fc.Arbitrary<string> {
  return fc.oneof({ weight: 3, arbitrary: good }, { weight: 1, arbitrary: bad });
}

const task = mostly(fc.constantFrom(aTask, aTask, aTask, "t_"));
const inFolder = text.map((name) => `${aFolder}/${name.replaceAll("..", "__")}`);
const sayable = text.filter((word) => !word.startsWith("-"));

/** By the name that a definition gives to an argument, or to the value of an option. */
const values: Readonly<Record<string, fc.Arbitrary<string>>> = {
  task,
  parent: task,
  child: task,
  duration: mostly(fc.constantFrom("90s", "1h30m", "0s", "999999d"), duration),
  when: mostly(fc.constantFrom("+30m", "2026-10-17 09:30", "1700000000"), moment),
  n: mostly(fc.constantFrom("0", "1", "2", "999999999999999"), number),
  json: mostly(fc.constantFrom("{}", '{"files": 3}'), json),
  slug: mostly(fc.constantFrom("default", "shop"), slug),
  // What a command is told to write is written: never where someone else's files are.
  dir: inFolder,
  path: inFolder,
  file: inFolder,
  folder: inFolder,
  kind: mostly(fc.constantFrom("dependency", "needs_input", "capability", "transient")),
  "status,…": mostly(fc.constantFrom("ready", "blocked,done", "archived")),
  order: mostly(fc.constantFrom("priority", "created", "updated", "title")),
  where: mostly(
    fc.constantFrom("scratch", "worktree"),
    text.map((path) => `dir:/${path}`),
  ),
  profile: mostly(fc.constantFrom("shell", "agent")),
  answer: mostly(fc.constantFrom("red", "1", "green")),
};

function wordFor(name: string): fc.Arbitrary<string> {
  return values[name] ?? fc.oneof({ weight: 4, arbitrary: sayable }, { weight: 1, arbitrary: text });
}

/** The options that every command has. */
const everywhere: Grammar["options"] = [
  { flag: "--board", value: "slug" },
  { flag: "--as", value: "name" },
  { flag: "--home", value: "dir" },
  { flag: "--help", value: null },
];

function optionsOf(options: Grammar["options"], maxLength: number): fc.Arbitrary<string[]> {
  if (options.length === 0) return fc.constant([]);
  const one = fc
    .constantFrom(...options)
    .chain(
      ({ flag, value }): fc.Arbitrary<string[]> =>
        value === null ? fc.constant([flag]) : wordFor(value).map((word) => [flag, word]),
    );
  return fc.array(one, { maxLength }).map((all) => all.flat());
}

/** Each argument that the command asks for, at times one too few or too many, and some of its options. */
function commandLineOf({ words, positionals, options }: Grammar): fc.Arbitrary<readonly string[]> {
  const rarely = { weight: 1, arbitrary: optionsOf(everywhere, 1) };
  const never = { weight: 7, arbitrary: fc.constant([]) };
  return fc
    .record({
      given: fc.tuple(...positionals.map(wordFor)),
      more: fc.oneof(
        { weight: 9, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(text, { maxLength: 2 }) },
      ),
      options: optionsOf(options, 4),
      before: fc.oneof(never, rarely),
      missing: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 1),
      isJson: fc.boolean(),
    })
    .map(({ given, more, options, before, missing, isJson }) => {
      const positional = [...given.slice(0, given.length - missing), ...more];
      return [...before, ...words, ...options, ...positional, ...(isJson ? ["--json"] : [])];
    });
}

/** Words in no order at all: what would go on forever, or would start what was generated, is not among them. */
const noise = fc
  .array(
    fc.oneof(text, fc.constantFrom("--json", "--", "--help", "help", "list", "create", "-x", "--no-body")),
    {
      maxLength: 6,
    },
  )
  .map((words) =>
    words.filter((word) => !["watch", "wait", "run", "doctor", "dispatch", "tail", "log"].includes(word)),
  );

const variable = fc.constantFrom(
  ...["KANBUN_BOARD", "KANBUN_ACTOR", "KANBUN_TASK", "KANBUN_RUN", "KANBUN_TOKEN", "KANBUN_PROFILE"],
  ...["HERMES_KANBAN_TASK", "HERMES_KANBAN_RUN_ID", "HERMES_KANBAN_CLAIM_LOCK", "HERMES_KANBAN_BOARD"],
  ...["USER", "LANG", "TERM", "COLUMNS", "NO_COLOR", "FORCE_COLOR"],
);

const grammars = await readGrammars();

export const invocation: fc.Arbitrary<Invocation> = fc.record({
  args: fc
    .oneof(
      { weight: 15, arbitrary: fc.constantFrom(...grammars).chain(commandLineOf) },
      { weight: 1, arbitrary: noise },
    )
    .map(withoutClaims),
  env: fc.oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.dictionary(variable, text, { maxKeys: 2 }) },
  ),
  files: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(planted, { minLength: 1, maxLength: 2 }) },
  ),
});

/** A dispatcher that claims would start what was generated as a program: here it only closes what ended. */
function withoutClaims(words: readonly string[]): readonly string[] {
  const at = words.indexOf("dispatch");
  if (at === -1)
    return words.filter((word) => !/^-[a-z]*f/.test(word) && word !== "--follow" && word !== "-");
  const rest = words.slice(at + 1).filter((word) => word.startsWith("--") && !/^--(m|w)/.test(word));
  return [...words.slice(0, at), "dispatch", "--max", "0", ...rest];
}
