/** Pasted Mermaid text stays text: Excalidraw catches this and pastes it as it is. */
export async function parseMermaidToExcalidraw() {
  throw new Error("Mermaid diagrams are not part of this page");
}
