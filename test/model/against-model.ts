import { test } from "bun:test";
import fc from "fast-check";
import type { OpenFresh } from "../store/board-under-test.ts";
import { testMsMax } from "../support/patience.ts";
import { BoardModel } from "./board-model.ts";
import * as dispatching from "./dispatching.ts";
import * as people from "./people.ts";
import { Scene } from "./scene.ts";
import type { Step } from "./step.ts";
import * as verdicts from "./verdicts.ts";

/** Lists of commands that are tried; MODEL_RUNS tries more. */
const runsAsked = Number(process.env.MODEL_RUNS ?? 60);

/**
 * To replay a failure, take what it printed: MODEL_SEED and MODEL_PATH are its seed and path, MODEL_REPLAY its
 * replayPath, the comment after the printed list.
 */
const replay = {
  ...(process.env.MODEL_SEED === undefined ? {} : { seed: Number(process.env.MODEL_SEED) }),
  ...(process.env.MODEL_PATH === undefined ? {} : { path: process.env.MODEL_PATH }),
};

type AnyStep = fc.Arbitrary<Step<unknown, unknown>>;

const { create, link, unlink, claim, answer, unblock, promote, reclaim, assign, pause, resume } = people;
const { tick, look, end, supervise, start, restart, clock } = dispatching;
const { complete, block, ask, requestReview, approve, requestChanges } = verdicts;
const { schedule, archive, cancel, heartbeat, rateLimited } = verdicts;

/** What happens often on a board is named more than once. */
const steps = [
  ...[create, create, create, create, tick, tick, tick, tick, tick, tick, tick, tick, tick, start, start],
  ...[end, end, end, supervise, supervise, supervise, look, look, clock, clock, clock, restart],
  ...[complete, block, ask, ask, requestReview, requestReview, approve, requestChanges, requestChanges],
  ...[schedule, archive, cancel, heartbeat, heartbeat, rateLimited, link, link, unlink, claim, claim],
  ...[answer, answer, unblock, unblock, unblock, promote, promote, reclaim, reclaim, assign],
  ...[pause, resume, resume, resume],
] as unknown as AnyStep[];

/**
 * Holds a store against the model of what a board is.
 * @param forget called when a list of commands is through
 * @param msPerRun how long a list of commands may take on a machine with much else to do
 */
export function testAgainstModel(
  name: string,
  open: OpenFresh,
  forget: () => void,
  { runs = runsAsked, msPerRun = 1_000 }: { readonly runs?: number; readonly msPerRun?: number } = {},
): void {
  test(
    `whatever is done to ${name}, in whatever order, it agrees with the model`,
    async () => {
      const commands = fc.commands(steps, {
        maxCommands: 80,
        size: "max",
        ...(process.env.MODEL_REPLAY === undefined ? {} : { replayPath: process.env.MODEL_REPLAY }),
      });
      await fc.assert(
        fc.asyncProperty(commands, async (list) => {
          const scene = await Scene.open(open);
          try {
            await fc.asyncModelRun(() => ({ model: new BoardModel(), real: scene }), list);
          } finally {
            scene.store.close();
            forget();
          }
        }),
        { numRuns: runs, ...replay },
      );
    },
    Math.max(testMsMax, runs * msPerRun),
  );
}
