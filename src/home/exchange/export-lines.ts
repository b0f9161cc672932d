import { BoardError } from "../../board/error.ts";
import type { BoardRow } from "../../store/exchange.ts";
import { fileBytesMax } from "../../worker/workspace/kept-file.ts";
import { exportVersion } from "./export-version.ts";

export interface NumberedLine {
  /** From 1. */
  readonly number: number;
  /** null for one that is no UTF-8. */
  readonly text: string | null;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** The lines of an export, read one by one. They are taken once. */
export class ExportLines {
  readonly #lines: Iterable<NumberedLine>;
  #line = 0;
  #content: Uint8Array | null = null;

  constructor(lines: Iterable<NumberedLine>) {
    this.#lines = lines;
  }

  /** The number of the line that was taken last. */
  get line(): number {
    return this.#line;
  }

  /** What came with the row that was taken last; null: nothing. */
  get content(): Uint8Array | null {
    return this.#content;
  }

  /** @throws {BoardError} usage for a line that is none of an export, or where the end is missing */
  *rows(): Generator<BoardRow> {
    const counts = { tasks: 0, rows: 0 };
    let state: "head" | "rows" | "end" = "head";
    for (const { number, text } of this.#lines) {
      this.#line = number;
      if (state === "end") throw usage("there is something behind the end");
      const line = parse(text);
      if (state === "head") {
        requireHead(line);
        state = "rows";
      } else if ("end" in line) {
        requireSame(line.end, counts);
        state = "end";
      } else {
        yield this.#readRow(line, counts);
      }
    }
    if (state === "head") throw usage("it is empty: an export begins with its head");
    if (state === "rows") throw usage("the file ends here, without the end of an export: it is not whole");
  }

  #readRow({ content, ...tables }: JsonObject, counts: { tasks: number; rows: number }): BoardRow {
    const [table, ...others] = Object.keys(tables);
    if (table === undefined || others.length > 0) throw usage('a line is one row: {"tasks": {…}}');
    const values = tables[table];
    if (!isObject(values)) throw usage(`the row of ${JSON.stringify(table.slice(0, 60))} is not an object`);
    this.#content = content === undefined ? null : decode(content);
    counts.rows += 1;
    if (table === "tasks") counts.tasks += 1;
    return { table, values: values as BoardRow["values"] };
  }
}

function parse(text: string | null): JsonObject {
  if (text === null) throw usage("not UTF-8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usage(`not valid JSON: ${(error as Error).message}`);
  }
  if (isObject(value)) return value;
  throw usage("not a JSON object");
}

function requireHead(line: JsonObject): void {
  const head = line.kanbun_export;
  if (!isObject(head)) throw usage("this is not the head of an export");
  const { version } = head;
  if (version === exportVersion) return;
  if (typeof version === "number" && version > exportVersion)
    throw usage(
      `it was exported by a newer Kanbun (its version ${version}, this one knows ${exportVersion})`,
    );
  throw usage("the head names no version");
}

function requireSame(end: unknown, counts: { readonly tasks: number; readonly rows: number }): void {
  const { tasks, rows } = isObject(end) ? end : {};
  if (tasks === counts.tasks && rows === counts.rows) return;
  throw usage(
    `the end tells of ${String(tasks)} tasks and ${String(rows)} rows, and there were ${counts.tasks} and ${counts.rows}: it is not whole`,
  );
}

function decode(content: unknown): Uint8Array {
  if (typeof content !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(content))
    throw usage('"content" is not base64');
  const bytes = Buffer.from(content, "base64");
  if (bytes.length > fileBytesMax)
    throw usage(`"content" has ${bytes.length} bytes; at most ${fileBytesMax} are kept`);
  return bytes;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function usage(message: string): BoardError {
  return new BoardError("usage", message);
}
