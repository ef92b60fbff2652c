// Redraws the chats when something new arrived, and keeps each chat scrolled to its end.
"use strict";
const chats = document.getElementById("chats");
const choice = document.getElementById("person");

const toEnd = () => {
  for (const chat of chats.querySelectorAll(".chat")) chat.scrollTop = chat.scrollHeight;
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
    chats.replaceChildren(fresh);
    toEnd();
  } catch {
    // The server is away; the next round tries again.
  }
};

choice.addEventListener("change", () => {
  history.replaceState(null, "", choice.value ? "/sandbox?person=" + encodeURIComponent(choice.value) : "/sandbox");
  refresh();
});
const first = chats.querySelector(".phones");
if (first) first.dataset.for = choice.value;
toEnd();
addEventListener("load", toEnd);
setInterval(refresh, 1500);
