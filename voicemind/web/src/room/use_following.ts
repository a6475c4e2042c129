import { type RefObject, useLayoutEffect, useState } from "react";

const NEAR_END = 60;

/** Keeps a box at its end while it grows, unless its reader has scrolled back. */
export function useFollowing(
  box: RefObject<HTMLElement | null>,
  growth: readonly unknown[],
): { following: boolean; follow: (on: boolean) => void; scrolled: () => void } {
  const [following, follow] = useState(true);
  useLayoutEffect(() => {
    if (following && box.current) box.current.scrollTop = box.current.scrollHeight;
    // Whatever makes the box longer moves its end.
  }, [following, box, ...growth]);
  const scrolled = () => {
    if (!box.current) return;
    const { scrollHeight, scrollTop, clientHeight } = box.current;
    follow(scrollHeight - scrollTop - clientHeight < NEAR_END);
  };
  return { following, follow, scrolled };
}
