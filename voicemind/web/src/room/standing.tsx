import type { ReactElement } from "react";
import { texts } from "../texts";
import type { Role } from "../types";
import { Notice } from "../ui/parts";

export function mayWrite(role: Role | null): boolean {
  return role === "write" || role === "owner";
}

/** Says what an owner decided about us since we came with the role of our invitation: null is to leave. */
export function Standing({
  decided,
  invited,
}: {
  decided: Role | null | undefined;
  invited: Role;
}): ReactElement | null {
  if (decided === null) return <Notice tone="error">{texts.room.sentAway}</Notice>;
  if (decided === undefined || mayWrite(decided) || !mayWrite(invited)) return null;
  return <Notice tone="warn">{texts.room.lookOn}</Notice>;
}
