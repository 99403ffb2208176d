// A page with one picture viewer or several, each on its own.
import { Viewer } from "./viewer.js";

for (const figure of document.querySelectorAll("[data-viewer]")) new Viewer(figure);
