// Opens the share sheet of the device with one press. Without it, or without this script, the link can be copied.
document.querySelectorAll("button[data-share]").forEach((button) => {
  if (!navigator.share) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const url = document.getElementById(button.dataset.share).value;
    try {
      await navigator.share({ title: button.dataset.title, url });
    } catch (stopped) {
      // The person closed the share sheet.
      if (stopped.name !== "AbortError") throw stopped;
    }
  });
});
