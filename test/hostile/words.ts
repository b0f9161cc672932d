import fc from "fast-check";

const esc = String.fromCharCode(27);

/** Text that has broken programs before. */
const famous = fc.constantFrom(
  "",
  " ",
  "-",
  "--",
  "-1",
  "0",
  "9".repeat(400),
  "1e309",
  "NaN",
  "null",
  "undefined",
  "true",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "[object Object]",
  "..",
  "../..",
  "./.",
  "a/../../b",
  "C:\\con",
  "con",
  "nul",
  "%00",
  "\0",
  "a\0b",
  "\n",
  "\r\n",
  "\t",
  `${esc}[2J${esc}[31mred`,
  `${esc}]0;title\u0007`,
  "\u009b31m",
  "\u202Etxt.exe",
  "\uFEFF",
  "\uD800",
  "a\uDFFFb",
  "\u2028line",
  "İ",
  "K",
  "ﬁ",
  "👨‍👩‍👧",
  "e\u0301".repeat(50),
  "'; DROP TABLE tasks; --",
  '"',
  "`id`",
  "$(id)",
  "%s%n%x",
  "{body}",
  "{unknown}",
  "*",
  "?",
  "~",
  "a,b,,c",
  "ready,running",
  "ready,nonsense",
  "x".repeat(3_000),
  "t_",
  "t_0",
  "T_0123ABCD",
  "t_0123abcd",
  "t_%",
  "t__",
);

/** Any text: what is known to hurt, what no one thought of, and mixtures. */
export const text: fc.Arbitrary<string> = fc.oneof(
  famous,
  fc.string({ unit: "binary", maxLength: 24 }),
  fc.string({ unit: "grapheme", maxLength: 24 }),
  fc.string({ maxLength: 40 }),
  fc.tuple(famous, famous).map((parts) => parts.join("")),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 })
    .map((units) => String.fromCharCode(...units)),
);

const unit = fc.constantFrom("ms", "s", "m", "h", "d", "w", "y", "S", "µs", "");
const amount = fc.oneof(
  fc.integer().map(String),
  fc.double().map(String),
  fc.constantFrom("", "-", "+", "1.5", "1e3", "0x10", "١", "9".repeat(30)),
);

/** Durations, and what looks like one. */
export const duration = fc.oneof(
  fc.tuple(amount, unit).map((parts) => parts.join("")),
  fc.array(fc.tuple(amount, unit), { maxLength: 4 }).map((parts) => parts.flat().join("")),
  text,
);

const two = fc.integer({ min: -1, max: 100 }).map((value) => String(value).padStart(2, "0"));

/** Moments, and what looks like one: months 13, hours 25, years that no calendar has. */
export const moment = fc.oneof(
  duration.map((text) => `+${text}`),
  fc
    .tuple(amount, two, two, two, two)
    .map(([year, ...rest]) => `${year}-${rest[0]}-${rest[1]} ${rest[2]}:${rest[3]}`),
  fc.tuple(two, two, two).map(([month, day, hour]) => `2026-${month}-${day}T${hour}:00:00Z`),
  fc.date().map((date) => (Number.isNaN(date.getTime()) ? "Invalid Date" : date.toISOString())),
  fc.constantFrom("tomorrow", "now", "today 25:00", "+", "++1m", "@0", "-30m"),
  text,
);

export const number = fc.oneof(
  fc.integer({ min: -3, max: 20 }).map(String),
  fc.double().map(String),
  fc.constantFrom("9007199254740993", "1_000", "0b1", "+5", " 5", "5 ", "٣", "1e2", "-0", "Infinity"),
  text,
);

/** JSON, well-formed or cut off, and JSON that is no object. */
export const json = fc.oneof(
  fc.json(),
  fc.json().map((whole) => whole.slice(0, -1)),
  fc.dictionary(text, fc.jsonValue()).map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '{"__proto__": {"a": 1}}',
    "[".repeat(5_000),
    '{"a": 1, "a": 2}',
    "1e999",
    '"\\ud800"',
    "{}",
  ),
  text,
);

export const slug = fc.oneof(
  fc.constantFrom("default", "shop", "Shop", "_archived", "a".repeat(65), "kanban.db"),
  text,
);
