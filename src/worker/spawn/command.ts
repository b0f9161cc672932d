import { COMMAND_PLACEHOLDERS, OPTIONAL_PLACEHOLDERS } from "../../system/config/command-placeholder.ts";
import type { Profile } from "../../system/config/profile.ts";
import { printable } from "../../system/text/printable.ts";
import { SpawnError } from "./spawn-error.ts";

type Placeholder = (typeof COMMAND_PLACEHOLDERS)[number];

/** What a profile's placeholders stand for in one run. */
export type PlaceholderValues = Readonly<Record<Placeholder, string>>;

const known = new RegExp(`\\{(${COMMAND_PLACEHOLDERS.join("|")})\\}`, "g");

/** Linux takes no single argument of more than 32 pages. @see execve(2), MAX_ARG_STRLEN */
const argumentBytesMax = 131_071;

/**
 * Fills in a profile's command. Each argument stays one argument, whatever the value contains. One that is nothing but
 * an optional placeholder without a value falls away, together with the flag before it: an argument that
 * begins with `-` and has no `=`.
 * @throws {SpawnError} when an argument becomes longer than the system can pass on, or begins with a dash that the
 *   profile didn't write: to the program it would be an option, and who makes tasks would choose it.
 */
export function expandCommand(
  command: readonly string[],
  values: PlaceholderValues,
  { allowDashValues }: Pick<Profile, "allowDashValues">,
): string[] {
  return leaveOutEmpty(command, values).map((argument) => {
    // One pass: a value that contains a placeholder itself stays what it is.
    const expanded = argument.replace(known, (_, name: Placeholder) => values[name]);
    if (expanded.startsWith("-") && !argument.startsWith("-") && !allowDashValues)
      throw new SpawnError(
        `the argument ${JSON.stringify(argument)} would begin with a dash (${printable(JSON.stringify(expanded.slice(0, 40)))}), and be an option of the program; ` +
          'use stdin = "body" or {body_file}, or --option={title}; or say allow_dash_values = true in the profile if that is safe, such as behind "--"',
        { again: "never" },
      );
    const bytes = Buffer.byteLength(expanded);
    if (bytes > argumentBytesMax)
      throw new SpawnError(
        `the argument ${JSON.stringify(argument)} has ${bytes} bytes, and the system allows ${argumentBytesMax}; use stdin = "body" or "prompt", or {body_file} or {context_file}`,
        { again: "never" },
      );
    return expanded;
  });
}

function leaveOutEmpty(command: readonly string[], values: PlaceholderValues): readonly string[] {
  const isEmpty = (argument: string | undefined) => {
    const name = /^\{([a-z_]+)\}$/.exec(argument ?? "")?.[1] ?? "";
    return OPTIONAL_PLACEHOLDERS.includes(name) && values[name as Placeholder] === "";
  };
  return command.filter(
    (argument, at) => !isEmpty(argument) && !(/^-[^=]*$/.test(argument) && isEmpty(command[at + 1])),
  );
}

/** True when the command, or what is fed to it, makes use of one of these placeholders. */
export function usesPlaceholder(command: readonly string[], ...names: readonly Placeholder[]): boolean {
  return command.some((argument) => names.some((name) => argument.includes(`{${name}}`)));
}
