import { findCommand } from "./global-options.ts";

/** Short names that people's fingers know. */
const aliases: ReadonlyMap<string, string> = new Map([
  ["ls", "list"],
  ["rm", "delete"],
  ["add", "create"],
  ["new", "create"],
  ["logs", "log"],
  ["graph", "tree"],
  ["find", "search"],
  ["why", "explain"],
]);

/** The same of subcommands, of those commands that have the one that is meant. */
const subcommandAliases: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  boards: new Map([
    ...Object.entries({ ls: "list", add: "create", new: "create", use: "switch" }),
    ...Object.entries({ delete: "rm", remove: "rm" }),
  ]),
  cron: new Map(Object.entries({ ls: "list", create: "add", new: "add", delete: "rm", remove: "rm" })),
  agents: new Map(Object.entries({ ls: "list" })),
  notify: new Map(Object.entries({ ls: "list" })),
  profiles: new Map(Object.entries({ ls: "list" })),
  store: new Map(Object.entries({ ls: "list" })),
};

/** What these do when nothing is asked of them. */
const withoutSubcommand: ReadonlyMap<string, string> = new Map([
  ...["boards", "cron", "notify", "profiles", "store"].map((name) => [name, "list"] as const),
  ["service", "status"],
]);

/** The words as they were typed: a short name of a command or subcommand in full, and the one that is meant where none is named. */
export function withFullName(argv: readonly string[]): readonly string[] {
  if (argv.length === 1 && ["version", "-v"].includes(argv[0] ?? "")) return ["--version"];
  const name = findCommand(argv);
  if (name === null) return argv;
  const full = aliases.get(name) ?? name;
  const at = argv.indexOf(name);
  return [...argv.slice(0, at), full, ...withFullSubcommand(full, argv.slice(at + 1))];
}

function withFullSubcommand(name: string, words: readonly string[]): readonly string[] {
  const typed = findCommand(words);
  if (typed !== null) {
    const full = Object.hasOwn(subcommandAliases, name) ? subcommandAliases[name]?.get(typed) : undefined;
    const at = words.indexOf(typed);
    return full === undefined ? words : [...words.slice(0, at), full, ...words.slice(at + 1)];
  }
  const usual = withoutSubcommand.get(name);
  const asksForHelp = words.some((word) => word === "--help" || word === "-h");
  return usual === undefined || asksForHelp ? words : [usual, ...words];
}
