// Redraws the chats when something new arrived, keeps each chat scrolled to its end, and lets people write and press.
"use strict";
const chats = document.getElementById("chats");
const choice = document.getElementById("person");

const toEnd = () => {
  for (const chat of chats.querySelectorAll(".chat")) chat.scrollTop = chat.scrollHeight;
};

const who = (element) => {
  const { platform, address } = element.closest(".phone").dataset;
  return { platform, address };
};

const act = async (what, person, more) => {
  try {
    await fetch("/sandbox/api/" + what, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...person, ...more }),
    });
  } catch {
    // The server is away.
  }
  refresh();
};

const refresh = async () => {
  try {
    const answer = await fetch("/sandbox/fragment?person=" + encodeURIComponent(choice.value));
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(".phones");
    const shown = chats.querySelector(".phones");
    if (!fresh || (shown && fresh.dataset.revision === shown.dataset.revision && shown.dataset.for === choice.value)) return;
    fresh.dataset.for = choice.value;
    const typed = new Map();
    for (const input of chats.querySelectorAll(".say input")) typed.set(who(input).address, input.value);
    const focused = document.activeElement?.matches(".say input") ? who(document.activeElement).address : null;
    chats.replaceChildren(fresh);
    for (const input of chats.querySelectorAll(".say input")) {
      input.value = typed.get(who(input).address) ?? "";
      if (who(input).address === focused) input.focus();
    }
    toEnd();
  } catch {
    // The server is away; the next round tries again.
  }
};

choice.addEventListener("change", () => {
  history.replaceState(null, "", choice.value ? "/sandbox?person=" + encodeURIComponent(choice.value) : "/sandbox");
  refresh();
});
chats.addEventListener("submit", (event) => {
  event.preventDefault();
  const input = event.target.elements.text;
  const text = input.value.trim();
  input.value = "";
  if (text === "/start") act("start", who(input), {});
  else if (text) act("say", who(input), { text });
});
chats.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-data]");
  if (button) act("press", who(button), { data: button.dataset.data });
});
const first = chats.querySelector(".phones");
if (first) first.dataset.for = choice.value;
toEnd();
addEventListener("load", toEnd);
// Pictures come later than what is written around them.
document.addEventListener("load", (event) => { if (event.target.tagName === "IMG") toEnd(); }, true);
setInterval(refresh, 1500);
