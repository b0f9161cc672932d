type Row = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly rows: readonly Row[];
  /** Rows that were read or changed. */
  readonly count: number;
}

/** As the driver gives them. */
export type Rows = readonly Row[] & {
  readonly count: number | null;
  readonly columns: readonly { readonly name: string; readonly type: number }[];
};

/** OIDs of types that the driver gives as texts, or as something else than SQLite's driver does. */
const [bool, int8, numeric] = [16, 20, 1700];

export function toAnswer(rows: Rows): Answer {
  const odd = (rows.columns ?? []).filter(({ type }) => type === bool || type === int8 || type === numeric);
  const count = rows.count ?? rows.length;
  if (odd.length === 0 || rows.length === 0) return { rows, count };
  for (const row of rows as readonly Record<string, unknown>[])
    for (const { name } of odd) row[name] = toNumber(row[name]);
  return { rows, count };
}

function toNumber(value: unknown): unknown {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "string") return value;
  const number = Number(value);
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? BigInt(value) : number;
}
