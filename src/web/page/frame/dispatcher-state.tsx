import { useId } from "preact/hooks";
import { formatInstant } from "../parts/time.ts";
import { setPaused, tickNow } from "../store/act.ts";
import { isJoint } from "../store/current.ts";
import { status } from "../store/dispatcher.ts";
import { connection } from "../store/live.ts";
import { nextTheme, theme } from "../store/preferences.ts";
import { isReader, session } from "../store/session.ts";
import type { Status } from "../store/wire.ts";

/** Whether the page is live, and whether a dispatcher works on the board. */
export function DispatcherState() {
  const id = useId();
  const state = stateOf();
  const now = status.value;
  return (
    <div class="dispatcher">
      <button type="button" class={`state state-${state.kind}`} popovertarget={id}>
        <span class="dot" aria-hidden="true" />
        <span role="status">{state.text}</span>
      </button>
      {state.kind === "idle" && !isReader() ? (
        <button type="button" class="button small" onClick={() => void tickNow()}>
          Tick now
        </button>
      ) : null}
      <div id={id} popover="auto" class="popover">
        <h2>Dispatcher</h2>
        <p>{state.detail}</p>
        {now === null ? null : (
          <dl class="facts">
            <dt>At work</dt>
            <dd>
              {now.slots.home_used} of {now.slots.home_max} places of the home
            </dd>
            {now.residents.map(({ pid, since_at_ms }) => [
              <dt key={`t${pid}`}>Process {pid}</dt>,
              <dd key={`d${pid}`}>since {formatInstant(since_at_ms)}</dd>,
            ])}
            {now.hosts.map(({ id, machine, state }) => [
              <dt key={`t${id}`}>{machine}</dt>,
              <dd key={`d${id}`}>{state}</dd>,
            ])}
            {now.pauses.map(({ scope, reason }) => [
              <dt key={`t${scope}`}>Paused: {scope}</dt>,
              <dd key={`d${scope}`}>{reason}</dd>,
            ])}
            {now.configuration.map(({ detail }) => [
              <dt key={`t${detail}`}>kanbun.toml</dt>,
              <dd key={`d${detail}`}>{detail}</dd>,
            ])}
          </dl>
        )}
        <button type="button" class="button phone-only" onClick={nextTheme}>
          Theme: {theme.value}
        </button>
        {isReader() ? null : (
          <p class="buttons">
            <button type="button" class="button" onClick={() => void tickNow()}>
              Tick now
            </button>
            {isJoint.value ? null : (
              <button type="button" class="button" onClick={() => void setPaused(!isPaused())}>
                {isPaused() ? "Resume the board" : "Pause the board"}
              </button>
            )}
          </p>
        )}
      </div>
    </div>
  );
}

function isPaused(): boolean {
  return !isJoint.value && (status.value?.pauses.some(({ scope }) => scope === "board") ?? false);
}

/** By a resident of this home, or by another machine. */
function isDispatched({ residents, hosts }: Status): boolean {
  return residents.length > 0 || hosts.some(({ state }) => state === "alive");
}

interface State {
  readonly kind: "lost" | "paused" | "idle" | "live";
  readonly text: string;
  readonly detail: string;
}

function stateOf(): State {
  if (connection.value !== "live")
    return {
      kind: "lost",
      text: connection.value === "lost" ? "No connection" : "Connecting…",
      detail: "The server does not answer. What is shown may be old; it is tried again by itself.",
    };
  if (isPaused())
    return { kind: "paused", text: "Paused", detail: "Nothing new is started; running workers go on." };
  if (status.value !== null && !isDispatched(status.value) && !session.value?.is_dispatching)
    return {
      kind: "idle",
      text: "No dispatcher",
      detail: "Nothing starts by itself: run `kanbun dispatch --watch`, or `kanbun serve --dispatch`.",
    };
  return { kind: "live", text: "Live", detail: "A dispatcher starts what is ready; what is shown is live." };
}
