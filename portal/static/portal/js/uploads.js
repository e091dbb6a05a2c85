// Sends chosen files one after the other, with a bar for each, to the page's own address. Without it they go along with the form.
const box = document.querySelector("[data-uploads]");
const form = document.getElementById("step-form");
const words = box?.dataset;
const MB = 1024 * 1024;
const waiting = []; // rows whose file is not sent yet, in order
let current = null;
let pressed = null; // the button that waits for the last file

const element = (tag, className, text = "") => {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
};

const announce = (sentence, name = "") => {
  box.querySelector("[data-upload-status]").textContent = sentence.replace("%s", name);
};

const button = (text, name, press) => {
  const made = element("button", "button button--quiet file__remove", text);
  made.type = "button";
  made.append(element("span", "visually-hidden", ` ${name}`));
  made.addEventListener("click", press);
  return made;
};

const say = (row, text, ...buttons) => {
  row.state.textContent = text;
  row.buttons.replaceChildren(...buttons);
};

const drop = (row) => {
  const at = waiting.indexOf(row);
  if (at >= 0) waiting.splice(at, 1);
  const list = row.item.parentElement;
  row.item.remove();
  list.hidden = !list.children.length;
  document.getElementById(`id_${row.slot}`).focus();
};

const refuse = (row, text) => {
  row.item.classList.add("file--problem");
  row.bar.remove();
  say(row, text, button(words.leaveOut, row.file.name, () => drop(row)));
  announce(`${row.file.name}: ${text}`);
};

const failed = (row) => {
  row.failed = true;
  row.item.classList.add("file--problem");
  row.bar.hidden = true;
  const again = button(words.again, row.file.name, () => {
    row.failed = false;
    row.item.classList.remove("file--problem");
    row.bar.hidden = false;
    say(row, "");
    waiting.push(row);
    next();
  });
  say(row, words.failed.replace("%s", row.file.name), again, button(words.leaveOut, row.file.name, () => drop(row)));
  announce(words.failed, row.file.name);
};

const arrived = (row, answer) => {
  for (const section of box.querySelectorAll("[data-slot]")) {
    section.querySelector("[data-kept-list]").innerHTML = answer.lists[section.dataset.slot];
  }
  box.querySelector("[data-upload-used]").textContent = answer.used;
  if (answer.problems.length) {
    refuse(row, answer.problems.join(" "));
    return;
  }
  const list = row.item.parentElement;
  row.item.remove();
  list.hidden = !list.children.length;
  announce(`${words.kept}. ${answer.used}`, row.file.name);
};

const next = () => {
  if (current || !waiting.length) {
    if (!current && pressed) goOn();
    return;
  }
  const row = waiting.shift();
  current = row;
  const data = new FormData();
  data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.append(row.slot, row.file);
  data.append("whole", "1"); // the last field: it says that everything before it has arrived
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) row.bar.value = event.loaded / event.total;
  });
  request.addEventListener("loadend", () => {
    current = null;
    const answer = request.response;
    if (answer?.leave) {
      window.location.assign(answer.leave);
      return;
    }
    if (request.status === 200 && answer) arrived(row, answer);
    else failed(row);
    next();
  });
  say(row, "", button(words.cancel, row.file.name, () => request.abort()));
  announce(words.sending, row.file.name);
  request.send(data);
};

const add = (slot, list, file) => {
  const row = { slot, file, item: element("li", "file"), bar: element("progress", "file__bar"), state: element("span", "file__state"), buttons: element("span", "file__buttons") };
  const what = element("span", "file__what");
  const name = element("bdi", "file__name", file.name);
  row.bar.value = 0;
  row.bar.setAttribute("aria-label", words.sending.replace("%s", file.name));
  what.append(name, row.bar, row.state);
  row.item.append(what, row.buttons);
  list.append(row.item);
  list.hidden = false;
  // what is too large is said before it is sent; all else is judged by the server, from what is in the file
  const isArchive = /\.zip$/i.test(file.name);
  if (file.size > (isArchive ? 500 : 50) * MB) refuse(row, isArchive ? words.archiveTooBig : words.tooBig);
  else waiting.push(row);
};

const unsaved = () => [...box.querySelectorAll("[data-upload-list] .file")].length;

const goOn = () => {
  const wanted = pressed;
  pressed = null;
  if (unsaved()) {
    announce(words.notYet);
    box.querySelector("[data-upload-list] .file button")?.focus();
    return;
  }
  form.requestSubmit(wanted);
};

box?.addEventListener("change", (event) => {
  const input = event.target;
  if (input.type !== "file") return;
  const list = input.closest("[data-upload]").querySelector("[data-upload-list]");
  for (const file of input.files) add(input.name, list, file);
  input.value = ""; // sent by us: the form must not send it again
  next();
});

// A button pressed meanwhile waits for the last file: leaving the page would cut it off.
form?.addEventListener("submit", (event) => {
  if (!box || (!current && !waiting.length && !unsaved())) return;
  event.preventDefault();
  pressed = event.submitter;
  if (current || waiting.length) announce(words.wait);
  else goOn();
});
