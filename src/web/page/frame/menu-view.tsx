import { Fragment } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { returnFocus } from "../parts/return-focus.ts";
import { Sign } from "../parts/sign.tsx";
import { type MenuItem, menu, type OpenMenu } from "../store/menu.ts";

/** The menu that is open: arrows, Home, End, a first letter; Escape and Tab close it, and the focus is where it was. */
export function MenuView() {
  const open = menu.value;
  if (open === null) return null;
  return (
    <section aria-label="Menu">
      <Open key={`${open.x} ${open.y} ${open.title}`} open={open} />
    </section>
  );
}

function Open({ open: { title, items, x, y } }: { readonly open: OpenMenu }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    const element = box.current;
    if (element === null) return;
    element.showPopover();
    const { width, height } = element.getBoundingClientRect();
    element.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
    element.style.top = `${Math.max(8, Math.min(y, innerHeight - height - 8))}px`;
    entries(element)[0]?.focus();
    return () => returnFocus(before);
  }, []);
  const close = () => {
    menu.value = null;
  };
  return (
    <div
      ref={box}
      class="menu"
      role="menu"
      tabIndex={-1}
      aria-label={title}
      popover="auto"
      onToggle={(event) => event.newState === "closed" && close()}
      onKeyDown={(event) => onKey(event, box.current, close)}
    >
      {items.map((item, at) => (
        <Fragment key={`${item.heading} ${item.title}`}>
          {item.heading !== undefined && item.heading !== items[at - 1]?.heading ? (
            <p class="menu-heading" aria-hidden="true">
              {item.heading}
            </p>
          ) : null}
          <Entry item={item} close={close} />
        </Fragment>
      ))}
    </div>
  );
}

function Entry({ item, close }: { readonly item: MenuItem; readonly close: () => void }) {
  const { title, key, heading, isChosen, reason, isDangerous, isFirst, run } = item;
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: its role is that of a choice where it has one.
    <button
      type="button"
      role={isChosen === undefined ? "menuitem" : "menuitemradio"}
      aria-checked={isChosen}
      aria-label={heading === undefined ? undefined : `${heading}: ${title}`}
      aria-disabled={reason !== undefined}
      class={`${isFirst ? "first" : ""} ${isDangerous ? "danger" : ""}`}
      tabIndex={-1}
      onClick={() => {
        if (reason !== undefined) return;
        close();
        // When the focus is back where it was.
        queueMicrotask(run);
      }}
    >
      {isChosen === undefined ? null : <span class="check">{isChosen ? <Sign of="check" /> : null}</span>}
      <span class="menu-title">
        {title}
        {reason === undefined ? null : <small>{reason}</small>}
      </span>
      {key === undefined ? null : <kbd>{key}</kbd>}
    </button>
  );
}

function entries(box: HTMLElement): HTMLElement[] {
  return [...box.querySelectorAll<HTMLElement>("button")];
}

function onKey(event: KeyboardEvent, box: HTMLElement | null, close: () => void): void {
  if (box === null) return;
  event.stopPropagation();
  const all = entries(box);
  const at = all.indexOf(document.activeElement as HTMLElement);
  const goTo = (index: number) => {
    event.preventDefault();
    all.at(index % all.length)?.focus();
  };
  if (event.key === "ArrowDown" || event.key === "j") goTo(at + 1);
  else if (event.key === "ArrowUp" || event.key === "k") goTo(at - 1);
  else if (event.key === "Home") goTo(0);
  else if (event.key === "End") goTo(-1);
  else if (event.key === "Tab" || event.key === "Escape") {
    event.preventDefault();
    close();
  } else if (event.key.length === 1 && event.key !== " ") {
    const letter = event.key.toLowerCase();
    const next = [...all.slice(at + 1), ...all].find((one) =>
      one.textContent?.toLowerCase().startsWith(letter),
    );
    next?.focus();
  }
}
