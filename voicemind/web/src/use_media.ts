import { useCallback, useSyncExternalStore } from "react";

function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}

/** Tells whether the system asks for dark colours. */
export function useDark(): boolean {
  return useMedia("(prefers-color-scheme: dark)");
}

/** Tells whether there is room for the transcript beside everything else; `room.css` has the same width. */
export function useWide(): boolean {
  return useMedia("(min-width: 1480px)");
}
