import { expect, test } from "bun:test";
import { BoardError } from "../../src/board/error.ts";
import { exitStatuses } from "../../src/cli/man/manual.ts";
import { commandFailure } from "../../src/cli/text/command-failure.ts";

test("a program tells by the exit status alone whether it may try again: never a change that may have been kept", () => {
  const kinds = ["busy", "unreachable", "in_doubt"] as const;
  const codes = kinds.map((kind) => commandFailure(new BoardError(kind, "away"), false).exitCode);
  expect(codes).toEqual([1, 5, 6]);
  const said = new Map(exitStatuses.map(([code, meaning]) => [code, meaning]));
  expect([said.get("5"), said.get("6")]).toEqual([
    expect.stringContaining("nothing was changed, try again"),
    expect.stringContaining("look before you try again"),
  ]);
});
