import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

/** Kept in this browser alone. */
export const theme = signal<Theme>(readTheme());

function readTheme(): Theme {
  const kept = localStorage.getItem("theme");
  return kept === "light" || kept === "dark" ? kept : "system";
}

effect(() => {
  document.documentElement.dataset.theme = theme.value;
  theme.value === "system" ? localStorage.removeItem("theme") : localStorage.setItem("theme", theme.value);
});

export function nextTheme(): void {
  theme.value = { system: "light", light: "dark", dark: "system" }[theme.value] as Theme;
}
