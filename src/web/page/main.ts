/** What this page shows of a card. */
interface Card {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly assignee: string | null;
}

const columns = ["triage", "todo", "scheduled", "ready", "running", "blocked", "review", "done"];
const cards = new Map<string, Card>();
const state = document.querySelector("#state");
const main = document.querySelector("#board");

void start();

async function start(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token !== null) {
    await call("POST", "/login", { token });
    history.replaceState(null, "", location.pathname);
  }
  try {
    const { board } = (await call("GET", "/session")) as { board: string };
    await show(board);
  } catch (error) {
    say((error as Error).message);
  }
}

async function show(board: string): Promise<void> {
  const at = `/boards/${encodeURIComponent(board)}/tasks`;
  const page = (await call("GET", `${at}?limit=1000`)) as { tasks: Card[]; last_event_id: number };
  for (const card of page.tasks) cards.set(card.id, card);
  draw();
  follow(board, page.last_event_id);
}

/** Without a gap: after a break it goes on behind the last event that was seen. */
function follow(board: string, after: number): void {
  let seen = after;
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/v1/live`);
  socket.onopen = () => {
    say(`${board}, live`);
    socket.send(JSON.stringify({ type: "follow", board, after: seen }));
  };
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === "reset") location.reload();
    if (message.type !== "events") return;
    seen = message.last_id;
    for (const card of message.cards as Card[]) cards.set(card.id, card);
    draw();
  };
  socket.onclose = () => {
    say("no connection; trying again");
    setTimeout(() => follow(board, seen), 1_000);
  };
}

function draw(): void {
  main?.replaceChildren(
    ...columns.map((status) => {
      const own = [...cards.values()].filter((card) => card.status === status);
      const title = element("h2", `${status} ${own.length}`);
      const section = element("section");
      section.append(title, ...own.slice(0, 100).map(cardElement));
      return section;
    }),
  );
}

function cardElement({ id, title, assignee }: Card): HTMLElement {
  const article = element("article", title);
  article.append(element("p", `${id}${assignee === null ? "" : ` · ${assignee}`}`));
  return article;
}

function element(name: string, text = ""): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function say(text: string): void {
  if (state !== null) state.textContent = text;
}

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`/api/v1${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
  });
  const { ok, data, error } = await answer.json();
  if (ok) return data;
  throw new Error(`${error.message}${error.hint === null ? "" : `: ${error.hint}`}`);
}
