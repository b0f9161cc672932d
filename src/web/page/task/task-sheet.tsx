import { useLayoutEffect, useRef } from "preact/hooks";
import { focusCard } from "../board/card-focus.ts";
import { keyOf } from "../board/selection.ts";
import { pick, taskMenu } from "../board/task-menu.ts";
import { OneStep } from "../needs-you/one-step.tsx";
import { Loading } from "../parts/loading.tsx";
import { Sign } from "../parts/sign.tsx";
import { LazyDiff } from "../plots/diff/lazy-diff.tsx";
import { cards } from "../store/current.ts";
import { addressOf, goBack, place, setQuery } from "../store/location.ts";
import { openMenu } from "../store/menu.ts";
import { isReader } from "../store/session.ts";
import { useWholeTask } from "../store/whole-task.ts";
import type { WholeTask } from "../store/wire.ts";
import { AboutTab } from "./about-tab.tsx";
import { ContextTab } from "./context-tab.tsx";
import { EditForm } from "./edit-form.tsx";
import { HistoryTab } from "./history-tab.tsx";
import { RunsTab } from "./runs-tab.tsx";

const tabs = [
  ["about", "Task"],
  ["runs", "Runs and log"],
  ["diff", "Diff"],
  ["history", "History"],
  ["context", "Context"],
] as const;

/** One task with all that belongs to it, beside the view that it was opened from. */
export function TaskSheet({ board, task }: { readonly board: string; readonly task: string }) {
  const shown = useWholeTask(board, task);
  const { whole, problem } = shown.value;
  const sheet = useRef<HTMLElement>(null);
  const close = () => goBack(addressOf(board));
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    sheet.current?.focus({ preventScroll: true });
    return () => {
      setTimeout(() =>
        before?.isConnected ? before.focus({ preventScroll: true }) : focusCard(keyOf({ board, id: task })),
      );
    };
  }, []);
  return (
    <section
      ref={sheet}
      class="sheet"
      role="dialog"
      aria-labelledby="sheet-title"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.stopPropagation();
        close();
      }}
    >
      {whole === null ? (
        <Coming board={board} task={task} problem={problem} />
      ) : (
        <Whole board={board} whole={whole} again={shown.again} problem={problem} />
      )}
      <button type="button" class="icon-button close" aria-label="Close the task" onClick={close}>
        <Sign of="close" />
      </button>
    </section>
  );
}

interface ComingProps {
  readonly board: string;
  readonly task: string;
  readonly problem: string | null;
}

/** What the board knows of it, until the rest is there. */
function Coming({ board, task, problem }: ComingProps) {
  const of = cards.value;
  const card = of?.card(of.keyOf({ board, id: task }))?.value;
  return (
    <>
      <div class="sheet-head">
        <p class="sheet-line">
          {card === undefined ? null : <Sign of={card.status} />}
          <code class="id">{task}</code>
        </p>
        <h2 id="sheet-title">{card?.title ?? (problem === null ? "" : "Not here")}</h2>
      </div>
      {problem === null ? <Loading /> : <p class="plain-note">{problem}</p>}
    </>
  );
}

interface WholeProps {
  readonly board: string;
  readonly whole: WholeTask;
  readonly again: () => void;
  readonly problem: string | null;
}

function Whole({ board, whole, again, problem }: WholeProps) {
  const { card, hold } = whole;
  const { query } = place.value;
  const isEditing = query.get("edit") !== null;
  const shownTabs = card.workspace_kind === "worktree" ? tabs : tabs.filter(([id]) => id !== "diff");
  const tab = shownTabs.find(([id]) => id === query.get("tab"))?.[0] ?? "about";
  if (isEditing && !isReader())
    return <EditForm board={board} whole={whole} onClose={() => setQuery({ edit: null })} again={again} />;
  const needsPerson =
    ["blocked", "triage"].includes(card.status) || (card.status === "review" && card.assignee === null);
  return (
    <>
      <div class="sheet-head">
        <p class="sheet-line">
          <Sign of={card.status} />
          <b>{card.status === "blocked" ? "needs you" : card.status}</b>
          <code class="id">{card.id}</code>
          <Picker of={whole} board={board} name="openAssign" value={card.assignee} label="Assign" />
          <Picker of={whole} board={board} name="openTenants" value={card.tenant} label="Tenant" />
          {card.host === null ? null : (
            <bdi title="only this host starts it">
              <span class="dim">host</span> {card.host}
            </bdi>
          )}
          {card.labels.length === 0 ? null : (
            <span title="only a host that has all of these starts it">
              <span class="dim">labels</span> {card.labels.join(", ")}
            </span>
          )}
          {card.priority === 0 ? null : <span>priority {card.priority}</span>}
        </p>
        <h2 id="sheet-title">{card.title}</h2>
        <p class={`why${hold.reason === "gave_up" ? " failure" : ""}`}>{hold.detail}</p>
        {problem === null ? null : <p class="problem">{problem}</p>}
        {needsPerson ? <OneStep board={board} whole={whole} onDone={again} /> : null}
        <p class="buttons">
          {isReader() ? null : (
            <button type="button" class="button small" onClick={() => setQuery({ edit: "1" })}>
              <Sign of="edit" /> Edit
            </button>
          )}
          <button
            type="button"
            class="button small"
            onClick={(event) =>
              openMenu(card.title, taskMenu([{ ...card, board }]).slice(1), event.currentTarget)
            }
          >
            Move <Sign of="down" />
          </button>
          <button
            type="button"
            class="button small"
            onClick={() => void navigator.clipboard?.writeText(location.origin + location.pathname)}
          >
            <Sign of="link" /> Copy link
          </button>
        </p>
      </div>
      <div
        class="tabs"
        role="tablist"
        aria-label="Parts of the task"
        onKeyDown={(event) => turn(event, tab, shownTabs)}
      >
        {shownTabs.map(([id, title]) => (
          <button
            key={id}
            id={`tab-${id}`}
            type="button"
            role="tab"
            aria-selected={tab === id}
            aria-controls="tab-panel"
            tabIndex={tab === id ? 0 : -1}
            onClick={() => setQuery({ tab: id === "about" ? null : id })}
          >
            {title}
            {id === "runs" && whole.runs.length > 0 ? <span class="count">{whole.runs.length}</span> : null}
          </button>
        ))}
      </div>
      <div
        id="tab-panel"
        role="tabpanel"
        aria-labelledby={`tab-${tab}`}
        class={`tab-panel tab-${tab}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keys too.
        tabIndex={0}
      >
        {tab === "about" ? <AboutTab board={board} whole={whole} again={again} /> : null}
        {tab === "runs" ? <RunsTab board={board} whole={whole} /> : null}
        {tab === "diff" ? <LazyDiff board={board} task={card.id} /> : null}
        {tab === "history" ? <HistoryTab board={board} task={card.id} /> : null}
        {tab === "context" ? <ContextTab board={board} task={card.id} revision={card.revision} /> : null}
      </div>
    </>
  );
}

interface PickerProps {
  readonly of: WholeTask;
  readonly board: string;
  readonly name: "openAssign" | "openTenants";
  readonly value: string | null;
  readonly label: string;
}

/** The assignee or the tenant, chosen from the known ones in one step. */
function Picker({ of, board, name, value, label }: PickerProps) {
  if (isReader()) return value === null ? null : <span>{value}</span>;
  return (
    <button
      type="button"
      class={`chip picker${value === null ? " none" : ""}`}
      aria-label={value === null ? label : `${label}: ${value}`}
      title={label}
      onClick={(event) => pick(name, [{ ...of.card, board }], event.currentTarget)}
    >
      {value ?? label} <Sign of="down" />
    </button>
  );
}

function turn(event: KeyboardEvent, tab: string, shown: readonly (typeof tabs)[number][]): void {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const at = shown.findIndex(([id]) => id === tab);
  const next = shown[(at + by + shown.length) % shown.length]?.[0] ?? "about";
  setQuery({ tab: next === "about" ? null : next });
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`#tab-${next}`)?.focus());
}
