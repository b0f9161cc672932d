/** Numbers by name; a dot in a name groups them in the JSON document. */
export class Tally {
  readonly #numbers = new Map<string, number>();

  add(name: string, count: number): void {
    this.#numbers.set(name, this.get(name) + count);
  }

  addAll(other: Tally): void {
    for (const [name, count] of other.#numbers) this.add(name, count);
  }

  get(name: string): number {
    return this.#numbers.get(name) ?? 0;
  }

  get entries(): readonly (readonly [string, number])[] {
    return [...this.#numbers];
  }

  toDocument(): Record<string, unknown> {
    const document: Record<string, unknown> = {};
    for (const [name, count] of this.#numbers) {
      const [group = "", member] = name.split(".", 2);
      if (member === undefined) document[group] = count;
      else document[group] = { ...(document[group] as Record<string, number> | undefined), [member]: count };
    }
    return document;
  }
}
