import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { returnFocus } from "../parts/return-focus.ts";
import { Sign } from "../parts/sign.tsx";
import { panel } from "../store/panel.ts";

/** A dialog above everything: Escape and a click outside close it, and the focus returns. */
export function Modal({
  title,
  name,
  children,
}: {
  readonly title: string;
  readonly name: string;
  readonly children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>("input, textarea")?.focus();
    return () => returnFocus(before);
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it too.
    <dialog
      ref={dialog}
      class={`dialog ${name}`}
      aria-label={title}
      onClose={() => {
        panel.value = null;
      }}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <header class="dialog-head">
        <h2>{title}</h2>
        <button type="button" class="icon-button" aria-label="Close" onClick={() => dialog.current?.close()}>
          <Sign of="close" />
        </button>
      </header>
      {children}
    </dialog>
  );
}
