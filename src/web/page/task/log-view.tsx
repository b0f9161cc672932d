import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { VList, type VListHandle } from "virtua";
import { Sign } from "../parts/sign.tsx";
import { formatSize } from "../parts/size.ts";
import { AnsiLine } from "./ansi-line.tsx";
import { type SearchState, searchLog } from "./log-search.ts";
import { LogWindow } from "./log-window.ts";

interface Props {
  readonly board: string;
  readonly task: string;
  readonly run: number;
}

const nearPx = 400;
const searchRestMs = 250;

/** What a run wrote, live: of a log of gigabytes only the part that is looked at is here. */
export function LogView({ board, task, run }: Props) {
  const log = useMemo(() => new LogWindow({ board, task, run }), [board, task, run]);
  const list = useRef<VListHandle>(null);
  const isAtEnd = useRef(true);
  const [isGrowing, setGrowing] = useState(false);
  const [words, setWords] = useState("");
  const lines = log.lines.value;
  useEffect(() => {
    log.follow();
    return () => log.close();
  }, [log]);
  useEffect(() => {
    if (log.isLive.value && isAtEnd.current && lines.length > 0)
      list.current?.scrollToIndex(lines.length - 1, { align: "end" });
  }, [lines]);
  const toEnd = () => {
    isAtEnd.current = true;
    if (log.isLive.value) list.current?.scrollToIndex(lines.length - 1, { align: "end" });
    else log.follow();
  };
  const onScroll = (offset: number) => {
    const { scrollSize = 0, viewportSize = 0 } = list.current ?? {};
    isAtEnd.current = offset + viewportSize >= scrollSize - 8;
    if (offset < nearPx && log.hasEarlier && !isGrowing) {
      setGrowing(true);
      void log.loadEarlier().then(() => requestAnimationFrame(() => setGrowing(false)));
    }
    if (offset + viewportSize > scrollSize - nearPx) void log.loadLater();
  };
  return (
    <section class="log" aria-label="Log">
      <div class="log-head">
        <LogSearch
          log={log}
          words={words}
          onWords={setWords}
          goTo={(offset) => goTo(log, list.current, offset)}
        />
        <span class="dim">
          {formatSize(log.sizeBytes.value)}
          {log.isOver.value ? "" : " · live"}
        </span>
        <button
          type="button"
          class="button small"
          onClick={() => void log.show(0).then(() => list.current?.scrollToIndex(0))}
        >
          Beginning
        </button>
        <button type="button" class="button small" onClick={toEnd}>
          End
        </button>
        <a class="button small" href={log.address} download={`run-${run}.log`}>
          Save
        </a>
      </div>
      {log.problem.value === null ? null : <p class="problem">{log.problem.value}</p>}
      {lines.length === 0 ? (
        <p class="nothing">Nothing was written{log.isOver.value ? "" : " yet"}.</p>
      ) : null}
      <VList
        ref={list as never}
        class="log-lines"
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label="What the run wrote"
        data={lines as never[]}
        itemSize={18}
        shift={isGrowing}
        onScroll={onScroll}
      >
        {(line: { text: string; offset: number }) => (
          <div key={line.offset} class="log-line">
            <AnsiLine text={line.text} mark={words} />
          </div>
        )}
      </VList>
    </section>
  );
}

async function goTo(log: LogWindow, list: VListHandle | null, offset: number): Promise<void> {
  const indexOf = () => log.lines.peek().findLastIndex((line) => line.offset <= offset);
  const { 0: first, length } = log.lines.peek();
  const isHere =
    first !== undefined && first.offset <= offset && (log.lines.peek()[length - 1]?.offset ?? 0) >= offset;
  if (!isHere) await log.show(offset);
  requestAnimationFrame(() => list?.scrollToIndex(Math.max(0, indexOf()), { align: "center" }));
}

interface SearchProps {
  readonly log: LogWindow;
  readonly words: string;
  readonly onWords: (words: string) => void;
  readonly goTo: (offset: number) => void;
}

function LogSearch({ log, words, onWords, goTo: show }: SearchProps) {
  const [state, setState] = useState<SearchState | null>(null);
  const [at, setAt] = useState(0);
  useEffect(() => {
    setState(null);
    if (words === "") return;
    const end = new AbortController();
    const timer = setTimeout(() => {
      searchLog(log.path, words, end.signal, setState).catch(() => {}); // another search ended it, or the log is gone, which the view says already
    }, searchRestMs);
    return () => {
      clearTimeout(timer);
      end.abort();
    };
  }, [words]);
  const hits = state?.hits ?? [];
  const step = (by: number) => {
    if (hits.length === 0) return;
    const next = (at + by + hits.length) % hits.length;
    setAt(next);
    show(hits[next] ?? 0);
  };
  return (
    <search class="log-search">
      <input
        type="search"
        aria-label="Search the log"
        placeholder="Search the log"
        value={words}
        onInput={(event) => {
          setAt(-1);
          onWords(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
          if (event.key === "Escape" && words !== "") {
            event.preventDefault();
            onWords("");
          }
        }}
      />
      {state === null ? null : (
        <>
          <span class="dim" role="status">
            {hits.length === 0
              ? state.isOver
                ? "not found"
                : formatSize(state.searchedBytes)
              : `${Math.max(0, at) + 1} of ${hits.length}${state.isOver && hits.length < 1_000 ? "" : "+"}`}
          </span>
          <button type="button" class="icon-button" aria-label="Previous hit" onClick={() => step(-1)}>
            <Sign of="left" />
          </button>
          <button type="button" class="icon-button" aria-label="Next hit" onClick={() => step(1)}>
            <Sign of="right" />
          </button>
        </>
      )}
    </search>
  );
}
