import { Excalidraw, MainMenu } from "@excalidraw/excalidraw";
import "@excalidraw/excalidraw/index.css";
import type { ExcalidrawImperativeAPI } from "@excalidraw/excalidraw/types";
import { type ClipboardEvent, type DragEvent, type ReactElement, useEffect, useState } from "react";
import type { RoomDocument } from "../document/room_document";
import { usePeople } from "../people";
import { useShown } from "../signal";
import { texts } from "../texts";
import { useDark } from "../use_media";
import { collaborators } from "./cursors";
import { ExcalidrawScene, hasLoaded } from "./scene";
import { pinSticky, stickyId } from "./sticky";

/** What the rest of the room may ask of the board. */
export interface BoardHandle {
  /** Returns the id of the note that an insight has on the board, whoever put it there. */
  noteOf: (insight: string) => string | null;
  reveal: (element: string) => void;
  /** Puts a note with these lines on the board and returns its id; the same insight has the same note everywhere. */
  pin: (insight: string, kind: string, lines: readonly string[]) => string;
}

interface BoardProps {
  document: RoomDocument;
  writable: boolean;
  onReady: (board: BoardHandle | null) => void;
}

const OPTIONS = {
  canvasActions: { loadScene: false, toggleTheme: false, saveToActiveFile: false },
  tools: { image: false },
};

/** The whiteboard: Excalidraw's editor bound to the shared document. */
export default function Board({ document, writable, onReady }: BoardProps): ReactElement {
  const [api, setApi] = useState<ExcalidrawImperativeAPI | null>(null);
  const [loaded, setLoaded] = useState(false);
  const dark = useDark();
  useEffect(() => (api ? hasLoaded(api, () => setLoaded(true)) : undefined), [api]);
  useEffect(() => {
    if (!api || !loaded) return;
    const binding = document.bindScene(new ExcalidrawScene(api), writable);
    onReady(handle(api));
    nameButtons();
    const leave = () => binding.send();
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      onReady(null);
      binding.destroy();
    };
  }, [api, loaded, document, writable, onReady]);
  useCursors(api, document);

  const refuseFiles = (event: DragEvent | ClipboardEvent) => {
    const data = "dataTransfer" in event ? event.dataTransfer : event.clipboardData;
    if (![...data.items].some((item) => item.kind === "file")) return;
    event.preventDefault();
    event.stopPropagation();
    api?.setToast({ message: texts.room.imageRefused, closable: true });
  };

  return (
    <div className="canvas" onDropCapture={refuseFiles} onPasteCapture={refuseFiles}>
      <Excalidraw
        excalidrawAPI={setApi}
        isCollaborating
        viewModeEnabled={!writable}
        theme={dark ? "dark" : "light"}
        UIOptions={OPTIONS}
        aiEnabled={false}
        validateEmbeddable={false}
        onPointerUpdate={({ pointer, button }) => document.roster.point({ pointer, button })}
      >
        <MainMenu>
          <MainMenu.DefaultItems.SearchMenu />
          <MainMenu.DefaultItems.SaveAsImage />
          <MainMenu.DefaultItems.Export />
          <MainMenu.DefaultItems.ClearCanvas />
          <MainMenu.Separator />
          <MainMenu.DefaultItems.ChangeCanvasBackground />
          <MainMenu.DefaultItems.Help />
        </MainMenu>
      </Excalidraw>
    </div>
  );
}

/** Mends two buttons of Excalidraw for who cannot see them: one has no name, the other's hides what it shows. */
function nameButtons(): void {
  window.document.querySelector(".main-menu-trigger")?.setAttribute("aria-label", texts.room.boardMenu);
  window.document.querySelector(".reset-zoom-button")?.removeAttribute("aria-label");
}

function handle(api: ExcalidrawImperativeAPI): BoardHandle {
  const find = (id: string) => api.getSceneElements().find((element) => element.id === id);
  return {
    noteOf: (insight) => find(stickyId(insight))?.id ?? null,
    reveal: (id) => {
      const element = find(id);
      if (!element) return;
      api.scrollToContent(element, { fitToViewport: false, animate: true });
      api.updateScene({ appState: { selectedElementIds: { [id]: true } } });
    },
    pin: (insight, kind, lines) => pinSticky(api, insight, kind, lines),
  };
}

/** Shows where the others point and what they have selected, and tells them what we have. */
function useCursors(api: ExcalidrawImperativeAPI | null, document: RoomDocument): void {
  const present = useShown(document.roster.people);
  const people = usePeople();
  useEffect(() => {
    api?.updateScene({ collaborators: collaborators(present, people) });
  }, [api, present, people]);
  useEffect(() => {
    let before = "";
    return api?.onChange((_elements, state) => {
      const selected = state.selectedElementIds;
      const key = Object.keys(selected).join();
      if (key !== before) document.roster.point({ selected });
      before = key;
    });
  }, [api, document]);
}
