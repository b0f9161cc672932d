/** More than any agent ever used of anything: such a number, or such a sum, is not believed. */
export const amountMax = 1e15;

/** Looks into what a program printed, where anything may be anything. */
export class AgentEvent {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(fields: Readonly<Record<string, unknown>>) {
    this.#fields = fields;
  }

  /** A text that is not empty; else null. */
  text(...path: readonly string[]): string | null {
    const value = this.#find(path);
    return typeof value === "string" && value.trim() !== "" ? value : null;
  }

  /** A number of 0 or more; else null. */
  amount(...path: readonly string[]): number | null {
    const value = this.#find(path);
    return typeof value === "number" && Number.isFinite(value) && value >= 0 && value < amountMax
      ? value
      : null;
  }

  /** The first of these that is an amount. */
  firstAmount(...paths: readonly (readonly string[])[]): number | null {
    return paths.map((path) => this.amount(...path)).find((amount) => amount !== null) ?? null;
  }

  flag(...path: readonly string[]): boolean {
    return this.#find(path) === true;
  }

  /** What is below; an empty event where there is no object. */
  at(...path: readonly string[]): AgentEvent {
    return new AgentEvent(toObject(this.#find(path)) ?? {});
  }

  list(...path: readonly string[]): readonly AgentEvent[] {
    const value = this.#find(path);
    return Array.isArray(value) ? value.map((one) => new AgentEvent(toObject(one) ?? {})) : [];
  }

  /** The objects below, by name. */
  children(...path: readonly string[]): readonly (readonly [string, AgentEvent])[] {
    return Object.entries(toObject(this.#find(path)) ?? {}).flatMap(([name, value]) => {
      const object = toObject(value);
      return object === null ? [] : [[name, new AgentEvent(object)] as const];
    });
  }

  #find(path: readonly string[]): unknown {
    let value: unknown = this.#fields;
    for (const key of path)
      value = Object.hasOwn(toObject(value) ?? {}, key) ? (value as Record<string, unknown>)[key] : null;
    return value;
  }
}

function toObject(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

/** A longer line is none that is read: an event of an agent is far shorter. */
const lineCharsMax = 1_000_000;

/**
 * The JSON objects among the lines of a text, in their order, and those in an array on a line; where there is none, those of a text
 * that is one document. Whatever else is there is left out.
 */
export function listAgentEvents(text: string): readonly AgentEvent[] {
  const events = text.split("\n").flatMap(readEvents);
  return events.length > 0 ? events : readEvents(text.trim());
}

function readEvents(text: string): readonly AgentEvent[] {
  if (!/^[{[]/.test(text) || text.length > lineCharsMax) return [];
  const value = parseJson(text);
  return (Array.isArray(value) ? value : [value]).flatMap((one) => {
    const fields = toObject(one);
    return fields === null ? [] : [new AgentEvent(fields)];
  });
}

/** null: it is no JSON object. */
export function tryParse(text: string): AgentEvent | null {
  const fields = toObject(parseJson(text));
  return fields === null ? null : new AgentEvent(fields);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // prose, or a line that was cut: nothing that an agent said of its end
  }
}
