import { afterEach, describe, expect, test } from "bun:test";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import type { Patience } from "../../../src/store/postgres/server.ts";
import { eventually } from "../../support/eventually.ts";
import { type OwnPostgres, startPostgres, whyNoStandby } from "../../support/postgres/postgres.ts";
import { waitForStandby } from "../../support/postgres/standby.ts";
import { Wire } from "../../support/postgres/wire.ts";
import { person, refusalOf } from "../board-under-test.ts";
import { connect, openBoardOn } from "./board.ts";

const refusal = whyNoStandby();
if (refusal !== null) console.error(`skipped: a server with a standby: ${refusal}`);

const quick = { connectMs: 2_000, answerMs: 2_000, restartMs: 500, doubtMs: 3_000 };
/** What a server says of a commit. */
const committed = "COMMIT\0";

describe.skipIf(refusal !== null)("a server with a standby", () => {
  const own: OwnPostgres[] = [];
  afterEach(() => {
    for (const server of own.splice(0)) server.end();
  });

  /** Both, and a board on them. */
  async function startPair() {
    const primary = startPostgres();
    own.push(primary);
    const open = (server: OwnPostgres, patience: Patience = quick) =>
      openBoardOn(server.place, "b", { clock: systemClock, mode: "create", patience });
    await (await open(primary)).close();
    const standby = startPostgres({ standbyOf: primary });
    own.push(standby);
    await waitForStandby(primary);
    return { primary, standby, open };
  }

  /** The process of the standby that takes what the primary sends, stopped. */
  async function stopReceiver({ place }: OwnPostgres) {
    await using sql = connect(place);
    const [row] = await sql.unsafe("SELECT pid FROM pg_stat_wal_receiver");
    const pid = Number(row.pid);
    process.kill(pid, "SIGSTOP");
    return { [Symbol.dispose]: () => void process.kill(pid, "SIGCONT") };
  }

  test.each([
    ["than it waits for an answer", quick],
    ["than a statement may take", { ...quick, answerMs: 20_000 }],
  ])(
    "that it waits for acknowledges nothing which that has not: also where it is away for longer %s",
    async (_, patience) => {
      const { primary, standby, open } = await startPair();
      primary.set("synchronous_standby_names = '*'");
      await using store = await open(primary, patience);
      await store.createTask({ title: "both have it" }, person);
      {
        using _stopped = await stopReceiver(standby);
        expect(await refusalOf(store.createTask({ title: "one has it" }, person))).toBe("in_doubt");
      }
      await store.createTask({ title: "both again" }, person);
      await using there = await open(standby);
      const titles = async () => (await there.listTasks({})).map(({ title }) => title);
      await eventually("it has all of it", async () => (await titles()).length === 3);
    },
  );

  test("that has taken its place does not pass off another's transaction as one whose answer was lost", async () => {
    const { primary, standby, open } = await startPair();
    standby.set("primary_conninfo = ''");
    await using seen = await open(primary);
    await using wire = new Wire(primary.place);
    await using store = await openBoardOn(wire.place, "b", {
      clock: systemClock,
      patience: { ...quick, doubtMs: 120_000 },
    });
    await seen.createTask({ title: "of before" }, person);
    wire.breakAtAnswer(committed, { staysCut: true });
    const asked = refusalOf(store.createTask({ title: "forgotten" }, person));
    await eventually("it was done", async () => (await seen.listTasks({})).length === 2);
    primary.kill();
    standby.promote();
    await using sql = connect(standby.place);
    for (let at = 0; at < 100; at++) await sql.unsafe("SELECT pg_current_xact_id()");
    wire.lead(standby.place);
    wire.mend();
    expect(await asked).toBe("in_doubt");
  });
});
