// The wall display loads itself again until somebody unticks the box (WCAG 2.2.2); without this script it stands still.
const choice = document.querySelector("[data-every]");
choice.hidden = false;
setInterval(() => choice.querySelector("input").checked && location.reload(), choice.dataset.every * 1000);
