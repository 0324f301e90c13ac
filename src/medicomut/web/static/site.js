// What a page says anew after a swap is reached by keyboard and screen reader: its heading takes the focus.
document.addEventListener("htmx:afterSettle", (event) => {
  const heading = event.target.querySelector("[data-focus]");
  if (heading) heading.focus();
});
