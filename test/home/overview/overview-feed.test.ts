import { expect, test } from "bun:test";
import { BoardError } from "../../../src/board/error.ts";
import { OverviewFeed } from "../../../src/home/overview/overview-feed.ts";
import { Home } from "../../../src/home/session/home.ts";
import { CommandLine } from "../../cli/command-line.ts";
import { eventually } from "../../support/eventually.ts";

test("a board that can't be asked is news at once, and so is that it answers again", async () => {
  const kanbun = await CommandLine.init();
  await kanbun.make("x");
  const home = new Home({ home: kanbun.home, as: "tester" }, {});
  const gone = new BoardError("unreachable", "the server does not answer");
  let isGone = false;
  let asked = 0;
  const open = home.open.bind(home);
  home.open = async (...how) => {
    const session = await open(...how);
    const { store } = session;
    const failing = <T>(ask: () => Promise<T>) => (isGone ? Promise.reject(gone) : ask());
    const { news, getOverview } = store;
    const version = news.getKnownVersion.bind(news);
    news.getKnownVersion = () => {
      asked += 1;
      return failing(version);
    };
    store.getOverview = (how) => failing(() => getOverview.call(store, how));
    return session;
  };
  await using feed = new OverviewFeed(home);
  const next = async () => {
    asked = 0;
    const overview = await eventually("it is told", () => feed.poll({ limit: 8, match: null }));
    return { problems: overview.boards.map(({ problem }) => problem), asked };
  };
  expect(await next()).toEqual({ problems: [null], asked: 1 });
  isGone = true;
  expect(await next()).toEqual({ problems: [gone.message], asked: 1 });
  isGone = false;
  expect(await next()).toEqual({ problems: [null], asked: 1 });
});
