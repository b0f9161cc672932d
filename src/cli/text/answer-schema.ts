import { BoardError } from "../../board/error.ts";
import { answerSchemas, schemaOf } from "../../home/schema/answer-schemas.ts";
import { withFullName } from "../input/full-name.ts";
import { findCommand } from "../input/global-options.ts";
import type { Output } from "./output.ts";

/** `--json-schema`: what the command that is typed would answer with `--json`, as JSON Schema; nothing is done. */
export async function answerSchema(output: Output, argv: readonly string[]): Promise<void> {
  const typed = withFullName(argv.filter((word) => word !== "--json-schema"));
  const verb = findCommand(typed);
  const names = Object.keys(answerSchemas).filter((name) =>
    name.split(" ").every((word, at) => (at === 0 ? word === verb : typed.includes(word))),
  );
  const name = names.sort((a, b) => b.length - a.length)[0];
  if (name === undefined)
    throw new BoardError("usage", "no command is named that answers with --json", {
      hint: "such as `kanbun list --json-schema`",
    });
  const schema = schemaOf(name);
  await output.answer(schema, () => `${JSON.stringify(schema, null, 2)}\n`, { isRaw: true });
}
