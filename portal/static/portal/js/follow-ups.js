// Shows and hides follow-up questions at once. Without it the server asks them after the page was sent.
// A follow-up carries data-shown-if="f1=yes f2=yes,unknown": all must hold. Hidden ones are disabled, so they are not sent.
const form = document.getElementById("step-form");

const values = (name) =>
  [...form.elements]
    .filter((input) => input.name === name && !input.matches(":disabled"))
    .filter((input) => !["radio", "checkbox"].includes(input.type) || input.checked)
    .map((input) => input.value);

const holds = (condition) =>
  condition.split(" ").every((part) => {
    const [name, wanted] = part.split("=");
    const allowed = wanted.split(",");
    return values(name).some((value) => allowed.includes(value));
  });

// In the order of the page: a follow-up may depend on an earlier one.
const update = () => {
  for (const box of form.querySelectorAll("[data-shown-if]")) {
    const shown = holds(box.dataset.shownIf);
    box.hidden = !shown;
    for (const input of box.querySelectorAll("input, textarea, select")) input.disabled = !shown;
  }
};

// "None of these", "I don't know" and "I would rather not say" stand alone.
const alone = (ticked) => {
  if (ticked.type !== "checkbox" || !ticked.checked) return;
  const exclusive = (input) => ["none", "unknown", "prefer_not"].includes(input.value);
  for (const other of form.querySelectorAll(`input[type="checkbox"][name="${ticked.name}"]`)) {
    if (other !== ticked && (exclusive(ticked) || exclusive(other))) other.checked = false;
  }
};

form?.addEventListener("change", (event) => {
  alone(event.target);
  update();
});
if (form) update();
