/**
 * What a move or a question does with the database, step by step. `yield*` takes the result of one. SQLite has it at once, so
 * that nothing is waited for; what another database still waits for is handed to whoever takes the steps.
 */
export type Steps<Result> = Iterable<Promise<unknown>, Result, unknown>;

/** The result of steps that wait for nothing. */
export function takeAtOnce<Result>(steps: Steps<Result>): Result {
  const { done, value } = steps[Symbol.iterator]().next();
  if (!done) throw new Error("a transaction must not be asynchronous");
  return value;
}

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

/** A result that is there already. */
export class Done<Result> implements Iterator<never, Result> {
  readonly #value: Result;

  constructor(value: Result) {
    this.#value = value;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorReturnResult<Result> {
    return { done: true, value: this.#value };
  }
}

/** The results of steps that depend on nothing of each other: what a database waits for, it waits for all of at once. */
export function* together<const Results extends readonly unknown[]>(
  ...all: { readonly [At in keyof Results]: () => Steps<Results[At]> }
): Steps<Results> {
  const running = all.map((steps) => steps()[Symbol.iterator]());
  const states = running.map((one) => one.next());
  for (;;) {
    if (states.every(({ done }) => done)) return states.map(({ value }) => value) as unknown as Results;
    const waiting = states.map(({ done, value }) => (done ? undefined : value));
    const answers = (yield Promise.all(waiting)) as readonly unknown[];
    for (const [at, one] of running.entries()) if (!states[at]?.done) states[at] = one.next(answers[at]);
  }
}

/** What `step` gives for each item, one after the other. */
export function* each<Item, Result>(
  items: Iterable<Item>,
  step: (item: Item) => Steps<Result>,
): Steps<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(yield* step(item));
  return results;
}
