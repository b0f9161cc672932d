import { replaceHostile, spellOut } from "../text/hostile-text.ts";

export interface ConfigProblem {
  /** The file, or the flag or environment variable that the value came from. */
  readonly file: string;
  /** From 1; null where there is none to name. */
  readonly line: number | null;
  /** Dotted, as it would stand in the file; null when it is about the file as a whole. */
  readonly key: string | null;
  readonly expected: string;
  readonly found?: string;
}

const LISTED_MAX = 20;

/**
 * What a person wrote into a file, flag or variable of ours cannot be used. The message has one line per problem,
 * `kanbun.toml:7: profiles.claude.command: expected …, found …`, at most 20; `problems` has all of them. The other
 * fields are those of the first.
 */
export class ConfigError extends Error implements ConfigProblem {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];
  readonly file: string;
  readonly line: number | null;
  readonly key: string | null;
  readonly expected: string;
  declare readonly found?: string;

  constructor(problems: readonly [ConfigProblem, ...ConfigProblem[]], options?: ErrorOptions) {
    super(listProblems(problems), options);
    const [first] = problems;
    this.problems = problems;
    this.file = first.file;
    // JavaScriptCore puts its own `line`, of the source that threw, on every error: this one replaces it.
    this.line = first.line;
    this.key = first.key;
    this.expected = first.expected;
    if (first.found !== undefined) this.found = first.found;
  }
}

function listProblems(problems: readonly ConfigProblem[]): string {
  const lines = problems.slice(0, LISTED_MAX).map(({ file, line, key, expected, found }) => {
    const place = line === null ? file : `${file}:${line}`;
    return `${place}: ${key === null ? "" : `${key}: `}expected ${expected}${found === undefined ? "" : `, found ${found}`}`;
  });
  if (problems.length > LISTED_MAX) lines.push(`and ${problems.length - LISTED_MAX} more`);
  // A line end in a name or a path begins no line of ours.
  return lines.map((line) => replaceHostile(line, spellOut)).join("\n");
}
