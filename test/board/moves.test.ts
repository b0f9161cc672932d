import { describe, expect, test } from "bun:test";
import { BoardError } from "../../src/board/error.ts";
import { type Move, requireLegalMove } from "../../src/board/moves.ts";
import { type TaskStatus, taskStatuses } from "../../src/board/task.ts";

// Written out by hand: what is legal is a promise to users, not whatever the code says today.
const table = `
            triage todo scheduled ready running blocked review done archived
claim       -      -    -         yes   -       -       yes    -    -
promote     yes    yes  yes       -     -       -       -      -    -
complete    yes    yes  yes       yes   yes     yes     yes    -    -
block       yes    yes  yes       yes   yes     -       yes    -    -
unblock     -      -    -         -     -       yes     -      -    -
schedule    yes    yes  yes       yes   yes     yes     -      -    -
archive     yes    yes  yes       yes   yes     yes     yes    yes  -
cancel      yes    yes  yes       yes   yes     yes     yes    -    -
reclaim     -      -    -         -     yes     -       -      -    -
assign      yes    yes  yes       yes   yes     yes     yes    -    -
edit        yes    yes  yes       yes   yes     yes     yes    yes  -
ask         -      -    -         -     yes     -       -      -    -
answer      -      -    -         -     -       yes     -      -    -
request_review   - yes  yes       yes   yes     yes     -      -    -
approve     -      -    -         -     yes     -       yes    -    -
request_changes  - -    -         -     yes     -       yes    -    -
link        yes    yes  yes       yes   yes     yes     yes    -    -
retry       -      yes  -         yes   -       yes     -      yes  yes
restore     -      -    -         -     -       -       -      -    yes
delete      yes    yes  yes       yes   -       yes     yes    yes  yes
`;

const [head = [], ...rows] = table
  .trim()
  .split("\n")
  .map((line) => line.trim().split(/\s+/));

describe("a move", () => {
  test("is written down here for every verb and every status", () => {
    expect(head).toEqual([...taskStatuses]);
    expect(rows.map((row) => row.length)).toEqual(rows.map(() => taskStatuses.length + 1));
  });

  for (const [verb, ...cells] of rows)
    test(`${verb} starts from exactly the statuses of its row`, () => {
      const allowed: string[] = head.map((status) =>
        isAllowed(verb as Move, status as TaskStatus) ? "yes" : "-",
      );
      expect(allowed).toEqual(cells);
    });

  test("that is refused names the task, its status, and where the move starts from", () => {
    const refusal = refusalOf("unblock", "done");
    expect(refusal?.kind).toBe("illegal_move");
    expect(refusal?.message).toBe("cannot unblock t_00000001: it is done");
    expect(refusal?.hint).toBe("unblock is possible from: blocked");
  });
});

function isAllowed(move: Move, status: TaskStatus): boolean {
  return refusalOf(move, status) === null;
}

function refusalOf(move: Move, status: TaskStatus): BoardError | null {
  try {
    requireLegalMove(move, { id: "t_00000001", status });
    return null;
  } catch (error) {
    if (error instanceof BoardError && error.kind === "illegal_move") return error;
    throw error;
  }
}
