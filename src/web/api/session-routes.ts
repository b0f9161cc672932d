import packageJson from "../../../package.json" with { type: "json" };
import { object, record, ref, text } from "../../home/schema/json-schema.ts";
import { accessOf, loginCookie } from "../safety/access.ts";
import { Refusal } from "../safety/refusal.ts";
import { dataAnswer } from "./answer.ts";
import { type Call, type Route, route } from "./route.ts";

const session = ref("Session");

export const sessionRoutes: readonly Route[] = [
  route("POST /login", {
    summary: "a token becomes a cookie that no script can read",
    access: "none",
    body: object({ token: text }, ["token"]),
    answer: session,
    async handle(call) {
      const { tokens, isReadOnly } = call.gate;
      const access = tokens === null ? null : accessOf(call.body.token, tokens);
      if (access === null)
        throw new Refusal(401, "unauthorized", "this is not the token", "`kanbun serve` prints it");
      const cookie = loginCookie(call.request, call.body.token);
      return dataAnswer(describe(call, isReadOnly ? "read" : access), 200, { "Set-Cookie": cookie });
    },
  }),
  route("POST /logout", {
    summary: "the cookie is removed",
    access: "none",
    answer: record({}),
    handle: async ({ request }) => dataAnswer({}, 200, { "Set-Cookie": loginCookie(request, "") }),
  }),
  route("GET /session", {
    summary: "who is let in, and to what",
    answer: session,
    handle: async (call) => describe(call, call.access),
  }),
];

function describe(
  { web, gate }: Pick<Call<unknown, unknown>, "web" | "gate">,
  access: "read" | "full" | null,
): Readonly<Record<string, unknown>> {
  return {
    access,
    actor: web.actor,
    home: web.path,
    board: web.current.kanbun.board,
    version: packageJson.version,
    isDispatching: gate.isDispatching,
    atMs: Date.now(),
  };
}
