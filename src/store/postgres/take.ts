import type { Steps } from "../sql/steps.ts";

/** The result of steps, each of which goes on when what it waits for has come. */
export async function take<Result>(steps: Steps<Result>): Promise<Result> {
  const running = steps[Symbol.iterator]();
  let step = running.next();
  while (!step.done) {
    let answer: unknown;
    try {
      answer = await step.value;
    } catch (error) {
      if (running.throw === undefined) throw error;
      step = running.throw(error);
      continue;
    }
    step = running.next(answer);
  }
  return step.value;
}
