import { expect } from "bun:test";
import type { AsyncCommand } from "fast-check";
import { expectAgreement, type Sighting, sight } from "./agreement.ts";
import type { BoardModel } from "./board-model.ts";
import { attempt, type Scene } from "./scene.ts";

/** What one command is: whether the model allows it, what is done to the board, and what that makes of the model. */
export interface Rule<Result> {
  readonly may: boolean;
  /** A worker whose run is over: it must be told so, in that word. */
  readonly isSuperseded?: boolean;
  act(): Promise<Result>;
  learn(result: Result): void;
}

/** One command of a generated list. It prints as what can be typed again: its name and what it was given. */
export class Step<Given, Result> implements AsyncCommand<BoardModel, Scene> {
  readonly name: string;
  readonly given: Given;
  readonly #rule: (model: BoardModel, scene: Scene, given: Given) => Rule<Result> | null;

  constructor(
    name: string,
    given: Given,
    rule: (model: BoardModel, scene: Scene, given: Given) => Rule<Result> | null,
  ) {
    this.name = name;
    this.given = given;
    this.#rule = rule;
  }

  /** Only commands that make a task mean something on an empty board. */
  check(model: Readonly<BoardModel>): boolean {
    return model.tasks.length > 0 || ["create", "clock", "restart", "pause", "resume"].includes(this.name);
  }

  async run(model: BoardModel, scene: Scene): Promise<void> {
    const rule = this.#rule(model, scene, this.given);
    if (rule === null) return;
    const before: Sighting = await sight(scene);
    const { result, refusal } = await attempt(rule.act());
    expect({ command: this.name, allowed: refusal === null, because: refusal?.message ?? null }).toEqual({
      command: this.name,
      allowed: rule.may,
      because: rule.may ? null : expect.any(String),
    });
    if (refusal !== null) {
      if (rule.isSuperseded) expect(refusal.kind).toBe("superseded");
      expect(await scene.read()).toBe(before.text);
      return;
    }
    rule.learn(result as Result);
    await expectAgreement({ model, scene, before, command: this.name });
  }

  toString(): string {
    return `${this.name}(${JSON.stringify(this.given)})`;
  }
}
