// Something typed and not saved: before the page is left another way than by saving, the browser asks.
for (const form of document.querySelectorAll("form[data-unsaved]")) {
  let isTyped = form.dataset.unsaved === "typed"; // it came back with what was typed
  form.addEventListener("input", () => {
    isTyped = true;
  });
  form.addEventListener("submit", () => {
    isTyped = false;
  });
  addEventListener("beforeunload", (event) => {
    if (isTyped) event.preventDefault();
  });
}
