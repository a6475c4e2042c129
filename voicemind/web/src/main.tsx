import "./asset_path";
import "./styles/index.css";
import { lazy, type ReactElement, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { Home } from "./home/home";
import { takeToken } from "./session";
import { texts } from "./texts";
import { Boundary, Notice } from "./ui/parts";

const RoomPage = lazy(() => import("./room/room_page"));
const ReplayPage = lazy(() => import("./replay/replay_page"));

/** Returns the kind of page and the id in it: `/`, `/r/{room}` or `/replay/{id}`. */
function route(): { kind: string; id: string } {
  const [, kind = "", id = ""] = location.pathname.split("/");
  try {
    return { kind, id: decodeURIComponent(id) };
  } catch {
    return { kind: "mistyped", id };
  }
}

const { kind, id } = route();
takeToken(kind === "r" ? id : "");

function Page(): ReactElement {
  if (!kind) return <Home />;
  if (kind === "r" && id) return <RoomPage room={id} />;
  if (kind === "replay" && id) return <ReplayPage id={id} />;
  return <Notice tone="error">{texts.errors.missing}</Notice>;
}

// Once all is there and quiet: keeping the page for a day without network must not slow the first look at it.
if (import.meta.env.PROD && "serviceWorker" in navigator)
  window.addEventListener("load", () => void keepPage().catch(() => undefined));

/** Registers the service worker, where the server has one to give: behind its own certificate browsers take none. */
async function keepPage(): Promise<void> {
  const worker = "/service_worker.js";
  const { status } = await fetch(worker, { method: "HEAD" });
  if (status === 200) await navigator.serviceWorker.register(worker);
}

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <Boundary>
      <Suspense fallback={<p className="waiting">{texts.loading}</p>}>
        <Page />
      </Suspense>
    </Boundary>,
  );
}
